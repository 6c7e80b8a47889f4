{{ rejections_by_extract(ref('int_ultrasound__rejections'), ref('quality_ultrasound__rows_by_extract')) }}
