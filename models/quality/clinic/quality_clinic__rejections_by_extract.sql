{{ rejections_by_extract(ref('int_clinic__rejections'), ref('quality_clinic__rows_by_extract')) }}
