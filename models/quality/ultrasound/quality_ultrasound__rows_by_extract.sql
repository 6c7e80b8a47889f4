{{ rows_by_extract('ultrasound', ref('quality_ultrasound__row_counts')) }}
