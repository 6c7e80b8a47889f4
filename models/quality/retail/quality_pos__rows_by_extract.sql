{{ rows_by_extract('pos', ref('quality_pos__row_counts')) }}
