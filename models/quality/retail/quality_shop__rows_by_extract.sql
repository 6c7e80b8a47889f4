{{ rows_by_extract('shop', ref('quality_shop__row_counts')) }}
