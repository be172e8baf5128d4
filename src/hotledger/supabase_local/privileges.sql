-- What a new project grants by itself: the use of the schema, and nothing of what is made in it. (Until 2026 everything made in it was granted
-- to all three roles.)
GRANT USAGE ON SCHEMA public TO postgres, anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE postgres REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
