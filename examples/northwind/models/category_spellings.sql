with categories as (

    select * from {{ source('northwind', 'categories') }}

)

-- nobody types these categories: each is spelled in one way
select
    replace(lower(category_name), ' ', '') as spelling,
    category_name
from categories
