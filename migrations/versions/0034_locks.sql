-- A row that refers to a loan shares the loan's key until it commits; FOR UPDATE claims that key, FOR NO KEY UPDATE leaves it.
DO $$
BEGIN
    EXECUTE replace(pg_get_functiondef('pay_as_planned'::regproc), 'FOR UPDATE', 'FOR NO KEY UPDATE');
END $$;
