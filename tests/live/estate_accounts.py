"""The accounts, grants and objects of the estates that estate.py records. Every name is invented."""

TABLES = {
    'shop': {'orders': ['id', 'customer_id', 'total', 'note'], 'customers': ['id', 'name', 'email', 'phone'],
             'items': ['order_id', 'sku', 'qty'], 'order_log': ['id', 'what']},
    'shop_archive': {'orders': ['id', 'customer_id', 'total', 'note'], 'items': ['order_id', 'sku', 'qty']},
    'shop1': {'orders': ['id', 'total']},
    'payroll': {'salaries': ['emp_id', 'amount', 'bank_account'], 'runs': ['id', 'month', 'closed']},
    'hr': {'employees': ['id', 'name', 'grade', 'ssn'], 'reviews': ['emp_id', 'score', 'text_']},
    'analytics': {'events': ['id', 'kind', 'at_day'], 'daily': ['day_', 'hits']},
    'analytics_stage': {'load_1': ['id', 'raw']},
    'reporting': {'targets': ['region', 'amount']},
    'crm': {'leads': ['id', 'name', 'stage'], 'contacts': ['id', 'lead_id', 'email']},
    'CRM_old': {'leads': ['id', 'name']},
    'my_db': {'t': ['a', 'b']},
    'my1db': {'t': ['a', 'b']},
    'ops': {'jobs': ['id', 'state', 'owner'], 'locks': ['name', 'holder']},
    'test': {'t': ['a', 'b']},
    'test_a': {'t': ['a', 'b']},
    'ledger': {'entries': ['id', 'account', 'amount'], 'accounts': ['id', 'title']},
}

VIEWS = {
    ('reporting', 'v_orders'): ['id', 'total'],
    ('reporting', 'v_salaries'): ['emp_id', 'amount'],
    ('shop', 'v_customers'): ['id', 'name'],
}

ROUTINES = {
    ('PROCEDURE', 'shop', 'place_order'), ('FUNCTION', 'shop', 'vat'), ('PROCEDURE', 'payroll', 'close_month'),
    ('FUNCTION', 'hr', 'grade_of'), ('PROCEDURE', 'analytics', 'refresh'), ('PROCEDURE', 'ops', 'rotate'),
}


def schema():
    for db, tables in TABLES.items():
        yield f'CREATE DATABASE `{db}`'
        for table, columns in tables.items():
            yield f'CREATE TABLE `{db}`.`{table}` (' + ', '.join(
                f'`{c}` INT' + (' PRIMARY KEY' if i == 0 else '') for i, c in enumerate(columns)) + ')'
    yield 'CREATE VIEW reporting.v_orders AS SELECT id, total FROM shop.orders'
    yield 'CREATE SQL SECURITY INVOKER VIEW reporting.v_salaries AS SELECT emp_id, amount FROM payroll.salaries'
    yield 'CREATE VIEW shop.v_customers AS SELECT id, name FROM shop.customers'
    for kind, db, name in sorted(ROUTINES):
        if kind == 'PROCEDURE':
            yield f'CREATE PROCEDURE `{db}`.`{name}`() SELECT 1'
        else:
            yield f'CREATE FUNCTION `{db}`.`{name}`() RETURNS INT DETERMINISTIC RETURN 1'
    yield 'CREATE TRIGGER shop.items_ai AFTER INSERT ON shop.items FOR EACH ROW SET @last = NEW.sku'
    yield "CREATE EVENT ops.nightly ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM ops.locks"


# user, host, clauses behind the name; PW stands for the password of that user
MAIN_ACCOUNTS = [
    ('shop_app', '10.1.%', 'PW'), ('shop_app', '10.1.2.0/24', 'PW'), ('shop_app', 'app1.example.net', 'PW'),
    ('shop_app', 'localhost', 'PW'), ('shop_app', '%', 'PW'),
    ('shop_ro', '%', 'PW'), ('shop_ro', '%.example.net', 'PW'), ('shop_ro', '10.1.2.0/255.255.255.0', 'PW'),
    ('shop_batch', '127.%', ''), ('shop_batch', 'batch1.example.com', ''), ('shop_batch', 'localhost', ''),
    ('payroll_app', '10.20.0.0/16', 'PW REQUIRE SSL'), ('payroll_app', 'localhost', 'PW'),
    ('payroll_clerk', '10.20.0.5', 'PW'), ('payroll_clerk', '10.20.%', 'PW ACCOUNT LOCK'),
    ('payroll_boss', '%', 'PW REQUIRE X509'),
    ('payroll_temp', '%', 'PW PASSWORD EXPIRE'), ('payroll_temp', 'localhost', 'PW'),
    ('hr_app', '%', 'PW'), ('hr_app', '198.51.100.0/255.255.255.0', 'PW'), ('hr_app', 'h_.example.net', 'PW'),
    ('hr_lead', '%', 'PW'), ('hr_audit', '%.example.org', 'PW'), ('hr_audit', 'localhost', 'PW'),
    ('analytics_etl', '172.16.0.0/12', 'PW'), ('analytics_etl', '%', 'PW'), ('analyst', '%', 'PW'),
    ('analyst', 'report-01.dc.example.net', 'PW'), ('analyst2', '%.dc.example.net', 'PW'),
    ('report_owner', 'localhost', 'PW'), ('report_ro', '%', ''), ('report_ro', '192.0.2.%', ''),
    ('crm_app', '%', 'PW'), ('crm_app', '2001:db8::%', 'PW'), ('crm_ro', '2001:db8::5', 'PW'), ('crm_ro', '::1', 'PW'),
    ('crm_view', 'localhost', ''), ('dba', 'localhost', 'WITH auth_socket AS \'root\''), ('dba', '192.0.2.10', 'PW'),
    ('dba', '%.vpn.example.org', 'PW REQUIRE SSL'), ('dba2', '%', 'PW'), ('ops_bot', '%', 'PW'),
    ('ops_bot', '203.0.113.0/24', 'PW'), ('ops_bot', '192.0.2.21/8', 'PW'), ('ops_robot', '%', 'PW ACCOUNT LOCK'),
    ('nobody', 'localhost', 'WITH auth_socket'), ('backup', 'localhost', 'PW'), ('backup', '127.0.0.1', 'PW'),
    ('monitor', '%', ''), ('monitor', '10.%', ''), ('monitor', '10.1.2.3', ''),
    ('ledger_app', '10.0.0.0/8', 'PW'), ('ledger_app', '%', "PW COMMENT 'general ledger'"),
    ('ledger_ro', '%', 'PW WITH MAX_QUERIES_PER_HOUR 90000 MAX_USER_CONNECTIONS 50'),
    ('multi_app', '%', 'PW'), ('grantor', '%', 'PW'), ('secadmin', '%', 'PW'), ('roleadmin', '%', 'PW'),
    ('intern', '%', ''), ('intern', '%.example.com', ''), ('Intern', '%', ''), ('dev', '10.1.3.7', 'PW'),
    ('dev', '10.1.3.0/255.255.255.0', 'PW'), ('dev', '%', 'PW'), ('vendor', '203.0.113.9', 'PW'),
    ('vendor', '203.0.113.%', 'PW PASSWORD EXPIRE INTERVAL 400 DAY FAILED_LOGIN_ATTEMPTS 100 PASSWORD_LOCK_TIME 1'),
    ('', 'localhost', ''), ('', '127.0.5.%', ''), ('', '%.example.com', ''), ('', '198.51.100.44', ''),
    ('me@localhost', '%', ''), ('proxy_app', '%', 'PW'), ('o\'neil', '%', ''), ('legacy', '', ''),
]

MAIN_ROLES = ['sales_read', 'sales_write', 'payroll_read', 'payroll_write', 'hr_read', 'hr_write', 'report_read',
              'analytics_all', 'crm_read', 'crm_write', 'dba_role', 'deploy', 'mydb_role', 'everyone']

MAIN_GRANTS = """
SELECT ON shop.* TO sales_read
SELECT, INSERT, UPDATE, DELETE ON shop.* TO sales_write
EXECUTE ON PROCEDURE shop.place_order TO sales_write
EXECUTE ON FUNCTION shop.vat TO sales_read
sales_read TO sales_write
SELECT ON payroll.runs TO payroll_read
SELECT (emp_id, amount) ON payroll.salaries TO payroll_read
INSERT, UPDATE ON payroll.runs TO payroll_write
UPDATE (amount) ON payroll.salaries TO payroll_write
EXECUTE ON PROCEDURE payroll.close_month TO payroll_write
payroll_read TO payroll_write
SELECT (id, name, grade) ON hr.employees TO hr_read
SELECT ON hr.reviews TO hr_read
SELECT, INSERT, UPDATE, DELETE ON hr.* TO hr_write
EXECUTE ON FUNCTION hr.grade_of TO hr_read
hr_read TO hr_write
SELECT ON reporting.* TO report_read
SELECT, SHOW VIEW ON `analytics%`.* TO report_read
ALL ON `analytics%`.* TO analytics_all
SELECT ON crm.* TO crm_read
INSERT, UPDATE, DELETE ON crm.* TO crm_write
crm_read TO crm_write
RELOAD, PROCESS, SHOW DATABASES, CREATE USER ON *.* TO dba_role
SYSTEM_VARIABLES_ADMIN, CONNECTION_ADMIN, BACKUP_ADMIN ON *.* TO dba_role
CREATE, ALTER, INDEX, DROP, REFERENCES, CREATE VIEW, TRIGGER, CREATE ROUTINE, ALTER ROUTINE, EVENT ON shop.* TO deploy
CREATE, ALTER, INDEX, DROP, REFERENCES, CREATE VIEW, TRIGGER, CREATE ROUTINE, ALTER ROUTINE, EVENT ON crm.* TO deploy
SELECT ON `my_db`.* TO mydb_role
SELECT ON `my\\_db`.* TO mydb_role
sales_read TO everyone
report_read TO everyone
SELECT, INSERT, UPDATE, DELETE ON shop.* TO shop_app@'10.1.%'
SELECT, INSERT ON shop.* TO shop_app@'10.1.2.0/24'
SELECT ON shop.* TO shop_app@app1.example.net
ALL ON shop.* TO shop_app@localhost
SELECT ON `shop%`.* TO shop_app@'%'
UPDATE (note) ON shop.orders TO shop_app@'10.1.2.0/24'
DELETE ON shop.items TO shop_app@'10.1.2.0/24'
EXECUTE ON PROCEDURE shop.place_order TO shop_app@'10.1.%'
EXECUTE ON PROCEDURE shop.place_order TO shop_app@'%'
EXECUTE ON FUNCTION shop.vat TO shop_app@localhost
SELECT ON shop.* TO shop_ro@'%'
SELECT ON shop_archive.* TO shop_ro@'%.example.net'
SELECT (id, total) ON shop.orders TO shop_ro@'10.1.2.0/255.255.255.0'
SELECT ON shop.v_customers TO shop_ro@'10.1.2.0/255.255.255.0'
SELECT, LOCK TABLES, CREATE TEMPORARY TABLES ON shop.* TO shop_batch@'127.%'
INSERT, DELETE ON shop_archive.* TO shop_batch@batch1.example.com
SELECT ON shop.* TO shop_batch@batch1.example.com
SELECT, INSERT, DELETE, CREATE, DROP ON `shop\\_archive`.* TO shop_batch@localhost
SELECT, INSERT ON shop.orders TO shop_batch@localhost
SELECT, INSERT, UPDATE ON payroll.* TO payroll_app@'10.20.0.0/16'
SELECT, INSERT, UPDATE, DELETE ON payroll.* TO payroll_app@localhost
EXECUTE, ALTER ROUTINE ON PROCEDURE payroll.close_month TO payroll_app@localhost
SELECT (emp_id), UPDATE (amount) ON payroll.salaries TO payroll_clerk@'10.20.0.5'
SELECT ON payroll.runs TO payroll_clerk@'10.20.0.5'
SELECT, INSERT ON payroll.runs TO payroll_clerk@'10.20.%'
ALL ON payroll.* TO payroll_boss@'%' WITH GRANT OPTION
SELECT ON payroll.runs TO payroll_temp@'%'
SELECT ON payroll.runs TO payroll_temp@localhost
SELECT, INSERT, UPDATE ON hr.* TO hr_app@'%'
SELECT ON hr.* TO hr_app@'198.51.100.0/255.255.255.0'
SELECT (id, name), INSERT (id, name), REFERENCES (id) ON hr.employees TO hr_app@'h_.example.net'
UPDATE (score) ON hr.reviews TO hr_app@'198.51.100.0/255.255.255.0'
ALL ON hr.* TO hr_lead@'%' WITH GRANT OPTION
SELECT ON payroll.salaries TO hr_lead@'%'
SELECT ON *.* TO hr_audit@localhost
SELECT ON hr.* TO hr_audit@'%.example.org'
SHOW DATABASES, PROCESS ON *.* TO hr_audit@localhost
ALL ON `analytics\\_stage`.* TO analytics_etl@'172.16.0.0/12'
SELECT, INSERT, UPDATE, DELETE ON analytics.* TO analytics_etl@'172.16.0.0/12'
SELECT, INSERT ON `analytics_`.* TO analytics_etl@'%'
SELECT ON `analytics%`.* TO analytics_etl@'%'
EXECUTE ON PROCEDURE analytics.refresh TO analytics_etl@'172.16.0.0/12'
FILE ON *.* TO analytics_etl@'172.16.0.0/12'
SELECT ON analytics.* TO analyst@'%'
SELECT ON `analytics%`.* TO analyst@report-01.dc.example.net
CREATE TEMPORARY TABLES ON analytics.* TO analyst@'%'
SELECT ON reporting.* TO analyst@'%'
SELECT (kind, at_day) ON analytics.events TO analyst2@'%.dc.example.net'
CREATE VIEW, SHOW VIEW, SELECT, DROP ON reporting.* TO report_owner@localhost
SELECT (id, total) ON shop.orders TO report_owner@localhost
SELECT (emp_id, amount) ON payroll.salaries TO report_owner@localhost
SELECT ON reporting.v_orders TO report_ro@'%'
SELECT ON reporting.v_salaries TO report_ro@'%'
SHOW VIEW ON reporting.v_orders TO report_ro@'%'
SELECT ON reporting.* TO report_ro@'192.0.2.%'
SELECT (emp_id, amount) ON payroll.salaries TO report_ro@'192.0.2.%'
SELECT, INSERT, UPDATE, DELETE ON crm.* TO crm_app@'%'
ALL ON crm.* TO crm_app@'2001:db8::%'
SELECT ON crm.* TO crm_ro@'2001:db8::5'
SELECT ON crm.leads TO crm_ro@'::1'
SELECT (id, name) ON crm.leads TO crm_view@localhost
SELECT ON `CRM\\_old`.* TO crm_view@localhost
ALL ON *.* TO dba@localhost WITH GRANT OPTION
SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, PROCESS, RELOAD, SUPER ON *.* TO dba@'192.0.2.10'
CREATE USER, SELECT, GRANT OPTION ON *.* TO dba@'192.0.2.10'
ROLE_ADMIN, SYSTEM_VARIABLES_ADMIN ON *.* TO dba@'192.0.2.10' WITH GRANT OPTION
SELECT, PROCESS ON *.* TO dba@'%.vpn.example.org'
PROCESS, REPLICATION CLIENT, SHOW DATABASES ON *.* TO dba2@'%'
SELECT, INSERT, UPDATE, DELETE ON ops.* TO ops_bot@'%'
ALL ON ops.* TO ops_bot@'203.0.113.0/24'
SELECT ON ops.jobs TO ops_bot@'192.0.2.21/8'
EXECUTE, ALTER ROUTINE ON PROCEDURE ops.rotate TO ops_bot@'%'
EVENT ON ops.* TO ops_bot@'203.0.113.0/24'
FLUSH_TABLES, FLUSH_STATUS ON *.* TO ops_bot@'%'
SELECT ON ops.* TO ops_robot@'%'
SELECT ON test.* TO nobody@localhost
SELECT, RELOAD, PROCESS, LOCK TABLES, REPLICATION CLIENT, SHOW VIEW, EVENT, TRIGGER ON *.* TO backup@localhost
BACKUP_ADMIN, XA_RECOVER_ADMIN ON *.* TO backup@localhost
SELECT, LOCK TABLES ON *.* TO backup@'127.0.0.1'
PROCESS, REPLICATION CLIENT ON *.* TO monitor@'%'
SELECT ON ops.jobs TO monitor@'%'
PROCESS ON *.* TO monitor@'10.%'
SELECT (id, state) ON ops.jobs TO monitor@'10.1.2.3'
SELECT, INSERT ON ledger.* TO ledger_app@'10.0.0.0/8'
SELECT, INSERT, UPDATE ON ledger.entries TO ledger_app@'%'
UPDATE (title) ON ledger.accounts TO ledger_app@'10.0.0.0/8'
SELECT ON ledger.* TO ledger_ro@'%'
SELECT ON `my\\_db`.* TO multi_app@'%'
SELECT, INSERT ON `my_db`.* TO multi_app@'%'
UPDATE ON `m%`.* TO multi_app@'%'
DELETE ON my1db.t TO multi_app@'%'
SELECT ON shop.* TO grantor@'%' WITH GRANT OPTION
INSERT ON shop.orders TO grantor@'%'
UPDATE (note) ON shop.orders TO grantor@'%' WITH GRANT OPTION
CREATE USER, SHOW DATABASES ON *.* TO secadmin@'%'
SELECT, UPDATE ON mysql.* TO secadmin@'%'
ROLE_ADMIN ON *.* TO roleadmin@'%'
SELECT ON `test%`.* TO ''@'127.0.5.%'
SELECT, INSERT ON test.* TO ''@localhost
INSERT ON `test\\_a`.* TO ''@'%.example.com'
SELECT ON test.t TO ''@'198.51.100.44'
SELECT ON test.* TO intern@'%'
SELECT, INSERT ON `test%`.* TO intern@'%.example.com'
DELETE ON test.t TO intern@'%'
UPDATE ON test.* TO Intern@'%'
SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX ON crm.* TO dev@'10.1.3.7'
SELECT ON crm.* TO dev@'10.1.3.0/255.255.255.0'
SELECT ON `crm`.leads TO dev@'%'
CREATE ROUTINE, ALTER ROUTINE, EXECUTE ON crm.* TO dev@'10.1.3.7'
SELECT (name), INSERT (id, name) ON crm.leads TO vendor@'203.0.113.9'
SELECT ON crm.contacts TO vendor@'203.0.113.%'
SELECT ON test.* TO 'me@localhost'@'%'
PROXY ON shop_ro@'%' TO proxy_app@'%'
PROXY ON analyst@'%' TO proxy_app@'%' WITH GRANT OPTION
SELECT ON test.t TO 'o''neil'@'%'
SELECT ON test_a.* TO legacy@''
sales_write TO multi_app@'%'
sales_read TO hr_lead@'%'
payroll_write TO payroll_clerk@'10.20.0.5'
payroll_read TO hr_lead@'%' WITH ADMIN OPTION
hr_write TO hr_app@'%'
hr_read TO intern@'%.example.com'
report_read TO analyst@'%'
analytics_all TO analyst@report-01.dc.example.net
analytics_all TO analytics_etl@'%'
crm_write TO crm_app@'%'
crm_read TO crm_ro@'2001:db8::5' WITH ADMIN OPTION
dba_role TO dba2@'%'
dba_role TO dba@'192.0.2.10' WITH ADMIN OPTION
deploy TO dev@'%'
deploy TO dev@'10.1.3.7'
mydb_role TO multi_app@'%'
everyone TO intern@'%'
everyone TO vendor@'203.0.113.%'
everyone TO ops_bot@'%'
shop_ro@'%' TO analyst2@'%.dc.example.net'
"""

MAIN_DEFAULTS = {
    "multi_app@'%'": 'mydb_role', "payroll_clerk@'10.20.0.5'": 'payroll_write', "hr_app@'%'": 'hr_write',
    "analyst@'%'": 'report_read', 'analyst@report-01.dc.example.net': 'ALL', "crm_app@'%'": 'crm_write',
    "dev@'%'": 'deploy', "intern@'%'": 'everyone', "analyst2@'%.dc.example.net'": 'ALL', "dba2@'%'": 'dba_role',
}

RESTRICTED_ACCOUNTS = [
    ('root2', 'localhost', ''), ('admin', '10.%', 'PW'), ('admin', '10.1.2.0/24', 'PW'), ('auditor', '%.example.org', 'PW'),
    ('auditor', '192.0.2.0/24', 'PW'), ('support', '10.1.3.7', ''), ('support', '127.0.5.%', ''), ('batch', '127.%', ''),
    ('batch', 'localhost', ''), ('loader', '198.51.100.0/255.255.255.0', 'PW'), ('loader', '172.16.9.9/32', 'PW'),
    ('wild', 'localhost', ''), ('wild', '10.1.%', ''), ('deputy', 'localhost', ''), ('deputy', '10.%', ''),
    ('lifted', '10.%', ''), ('lifted', 'localhost', ''),
]

RESTRICTED_ROLES = ["reads@roles.invalid", "writes@roles.invalid", "payroll_reads@roles.invalid", "narrow@roles.invalid"]

RESTRICTED_GRANTS = """
ALL ON *.* TO root2@localhost WITH GRANT OPTION
-INSERT, UPDATE, DELETE ON mysql.* FROM root2@localhost
SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER ON *.* TO admin@'10.%'
-SELECT, INSERT, UPDATE, DELETE ON payroll.* FROM admin@'10.%'
-DROP ON shop.* FROM admin@'10.%'
-SELECT ON `hr%`.* FROM admin@'10.%'
SELECT, INSERT, UPDATE, DELETE ON *.* TO admin@'10.1.2.0/24'
-DELETE ON crm.* FROM admin@'10.1.2.0/24'
-DELETE ON ledger.* FROM admin@'10.1.2.0/24'
SELECT ON *.* TO auditor@'%.example.org'
-SELECT ON mysql.* FROM auditor@'%.example.org'
-SELECT ON hr.* FROM auditor@'%.example.org'
SELECT (id, name) ON hr.employees TO auditor@'%.example.org'
SELECT ON *.* TO auditor@'192.0.2.0/24'
SELECT, UPDATE ON *.* TO support@'10.1.3.7'
-UPDATE ON ledger.* FROM support@'10.1.3.7'
-SELECT, UPDATE ON payroll.* FROM support@'10.1.3.7'
SELECT ON payroll.runs TO support@'10.1.3.7'
SELECT ON `shop%`.* TO support@'127.0.5.%'
SELECT ON `shop\\_archive`.* TO support@'127.0.5.%'
SELECT, INSERT ON shop.* TO support@'127.0.5.%'
SELECT, INSERT, EXECUTE, LOCK TABLES, CREATE TEMPORARY TABLES ON *.* TO batch@'127.%'
-EXECUTE ON ops.* FROM batch@'127.%'
EXECUTE ON PROCEDURE ops.rotate TO batch@'127.%'
-LOCK TABLES ON shop.* FROM batch@'127.%'
SELECT ON *.* TO batch@localhost
-SELECT ON crm.* FROM batch@localhost
-SELECT ON my_db.* FROM batch@localhost
INSERT, SELECT, FILE ON *.* TO loader@'198.51.100.0/255.255.255.0'
-INSERT ON payroll.* FROM loader@'198.51.100.0/255.255.255.0'
SELECT ON analytics.* TO loader@'172.16.9.9/32'
SELECT ON `my_db`.* TO wild@localhost
SELECT ON `my\\_db`.* TO wild@localhost
SELECT ON `my%`.* TO wild@'10.1.%'
SELECT, INSERT ON test_a.* TO wild@'10.1.%'
SELECT, CREATE USER ON *.* TO deputy@localhost WITH GRANT OPTION
-SELECT ON payroll.* FROM deputy@localhost
ROLE_ADMIN ON *.* TO deputy@localhost
SELECT, DELETE ON *.* TO deputy@'10.%'
-DELETE ON `%`.* FROM deputy@'10.%'
SELECT, INSERT ON *.* TO lifted@'10.%'
-SELECT, INSERT ON payroll.* FROM lifted@'10.%'
-INSERT ON hr.* FROM lifted@'10.%'
SELECT ON *.* TO lifted@localhost
-SELECT ON payroll.* FROM lifted@localhost
-SELECT ON hr.* FROM lifted@localhost
SELECT ON *.* TO reads@roles.invalid
SELECT, INSERT, UPDATE ON *.* TO writes@roles.invalid
-INSERT ON payroll.* FROM writes@roles.invalid
-UPDATE ON hr.* FROM writes@roles.invalid
SELECT ON payroll.* TO payroll_reads@roles.invalid
SELECT ON hr.employees TO narrow@roles.invalid
UPDATE ON *.* TO narrow@roles.invalid
-UPDATE ON shop.* FROM narrow@roles.invalid
reads@roles.invalid TO lifted@localhost
payroll_reads@roles.invalid TO lifted@localhost
payroll_reads@roles.invalid TO lifted@'10.%'
writes@roles.invalid TO lifted@'10.%'
payroll_reads@roles.invalid TO admin@'10.%'
narrow@roles.invalid TO support@'10.1.3.7'
writes@roles.invalid TO batch@localhost
narrow@roles.invalid TO writes@roles.invalid
"""

RESTRICTED_DEFAULTS = {'lifted@localhost': 'payroll_reads@roles.invalid', "support@'10.1.3.7'": 'narrow@roles.invalid'}

PROXIED_ACCOUNTS = [
    ('px', '%', 'WITH sha256_password PW'), ('px2', '10.1.%', 'WITH sha256_password PW'), ('px2', 'localhost', 'WITH sha256_password PW'),
    ('px3', '%', 'WITH sha256_password PW ACCOUNT LOCK'), ('px4', '%', 'WITH sha256_password PW'), ('plain', '%', 'PW'),
    ('target', '%', 'PW'), ('target', 'localhost', 'PW'), ('target', '10.1.2.%', 'PW'),
    ('locked_target', '%', 'PW ACCOUNT LOCK'), ('tls_target', '%', 'PW REQUIRE SSL'), ('px5', '%', 'WITH sha256_password PW'),
]

PROXIED_GRANTS = """
PROXY ON target@'%' TO px@'%'
PROXY ON target@localhost TO px@'%'
PROXY ON target@'10.1.2.%' TO px@'%'
PROXY ON target@'10.1.2.%' TO px2@'10.1.%'
PROXY ON locked_target@'%' TO px2@localhost
PROXY ON target@'%' TO px3@'%'
PROXY ON gone@'%' TO px4@'%'
PROXY ON tls_target@'%' TO px5@'%'
PROXY ON target@'%' TO plain@'%'
SELECT ON shop.* TO target@'%'
SELECT, INSERT ON shop.* TO target@localhost
SELECT, DELETE ON shop.* TO target@'10.1.2.%'
SELECT ON hr.* TO locked_target@'%'
SELECT ON ledger.* TO tls_target@'%'
SELECT ON test.* TO px@'%'
SELECT ON test.* TO px4@'%'
SELECT ON test.* TO plain@'%'
SELECT ON crm.* TO everyone
SELECT ON reporting.* TO everyone
UPDATE (score) ON hr.reviews TO everyone
"""
