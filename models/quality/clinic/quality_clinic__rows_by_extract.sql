{{ rows_by_extract('clinic', ref('quality_clinic__row_counts')) }}
