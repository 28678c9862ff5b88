-- API, worker and commands work as `xindai_app`, which owns no table of ours: to what only grows it adds, and no more.
-- Where the owner may make roles it is made here; elsewhere whoever runs the server makes it, and the grants follow.

DO $$
BEGIN
    IF (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) THEN
        CREATE ROLE xindai_app LOGIN;
        EXECUTE format('GRANT xindai_app TO %I', current_user);  -- whoever made it may only hand it on, and not yet give it anything
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- another database of this server has it already
END $$;

-- Called after every migration, so that what a new table needs follows from its triggers.
CREATE FUNCTION grant_to_application() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    one record;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'xindai_app') OR current_user = 'xindai_app' THEN
        RETURN;
    END IF;
    -- Before version 16 every member might act as the role.
    IF NOT pg_has_role(current_user, 'xindai_app',
        CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) THEN
        RAISE WARNING '% may not act as xindai_app: nothing was granted', current_user;
        RETURN;
    END IF;
    GRANT USAGE ON SCHEMA public TO xindai_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO xindai_app;
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO xindai_app;
    REVOKE INSERT, UPDATE, DELETE ON schema_version FROM xindai_app;
    REVOKE EXECUTE ON FUNCTION grant_to_application() FROM PUBLIC;

    -- What a trigger refuses to everybody, the application has no right to: 8 is DELETE, 16 is UPDATE.
    FOR one IN
        SELECT tgrelid::regclass AS of_table, tgtype & 16 <> 0 AS is_fixed FROM pg_trigger
        WHERE tgfoid = 'refuse_change'::regproc AND tgtype & 8 <> 0
    LOOP
        EXECUTE format('REVOKE DELETE ON %s FROM xindai_app', one.of_table);
        IF one.is_fixed THEN
            EXECUTE format('REVOKE UPDATE ON %s FROM xindai_app', one.of_table);
        END IF;
    END LOOP;
    -- What may only be emptied: the columns that its trigger names.
    FOR one IN
        SELECT tgrelid::regclass AS of_table, trim(trailing ',' FROM replace(encode(tgargs, 'escape'), '\000', ',')) AS columns
        FROM pg_trigger WHERE tgfoid = 'only_emptied'::regproc
    LOOP
        EXECUTE format('REVOKE UPDATE ON %s FROM xindai_app', one.of_table);
        EXECUTE format('GRANT UPDATE (%s) ON %s TO xindai_app', one.columns, one.of_table);
    END LOOP;
    -- Documents of models and products stay as they were handed in; what becomes of them moves on.
    FOR one IN
        SELECT attrelid::regclass AS of_table, string_agg(quote_ident(attname), ', ') AS columns
        FROM pg_attribute
        WHERE attrelid IN ('model_version'::regclass, 'product_version'::regclass) AND attnum > 0 AND NOT attisdropped
            AND attname NOT IN ('use', 'number', 'hash', 'scorecard', 'card', 'submitted_by', 'code', 'version', 'document',
                'effective_from')
            OR attrelid = 'model_version'::regclass AND attname = 'effective_from'
        GROUP BY attrelid
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE ON %s FROM xindai_app', one.of_table);
        EXECUTE format('GRANT UPDATE (%s) ON %s TO xindai_app', one.columns, one.of_table);
    END LOOP;

    -- Journeys are kept in a schema of their own, which belongs to whoever runs them.
    CREATE SCHEMA IF NOT EXISTS dbos;
    ALTER SCHEMA dbos OWNER TO xindai_app;
    FOR one IN
        SELECT oid::regclass AS name FROM pg_class WHERE relnamespace = 'dbos'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
    LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO xindai_app', one.name);
    END LOOP;
    FOR one IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'dbos'::regnamespace LOOP
        EXECUTE format('ALTER ROUTINE %s OWNER TO xindai_app', one.name);
    END LOOP;
END $$;
