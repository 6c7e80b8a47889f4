{{ counted_rows(
    members={
        'suppliers': ref('stg_pos__suppliers'),
        'categories': ref('stg_pos__categories'),
        'subcategories': ref('stg_pos__subcategories'),
        'brands': ref('stg_pos__brands'),
        'products': ref('stg_pos__products'),
        'stores': ref('stg_pos__stores'),
        'employees': ref('stg_pos__employees'),
        'customers': ref('stg_pos__customers'),
    },
    rejected_members=ref('hist_pos__rejected_members'),
    histories={
        'sales': ref('hist_pos__sales'),
        'sale_lines': ref('hist_pos__sale_lines'),
        'inventory': ref('hist_pos__inventory'),
    },
) }}
