{{ rejections_by_extract(ref('int_shop__rejections'), ref('quality_shop__rows_by_extract')) }}
