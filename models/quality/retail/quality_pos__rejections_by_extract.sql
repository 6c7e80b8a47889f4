{{ rejections_by_extract(ref('int_pos__rejections'), ref('quality_pos__rows_by_extract')) }}
