-- The months chosen; without a choice, all. The month stands before this line.
    between coalesce($from::date, date '0001-01-01') and coalesce($to::date, date '9999-12-01')
