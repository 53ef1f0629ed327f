"""What random policies of both servers are made of: few names, so that rows meet, hide and tie with one another."""
import ipaddress
import re

DATABASES = ['d1', 'd2', 'd_1', 'dx1']
TABLES = {('d1', 't1'): 'ab', ('d1', 't2'): 'a', ('d2', 't1'): 'ac', ('d_1', 't1'): 'ab', ('dx1', 't1'): 'ab'}
CLIENTS = [
    {'socket': True, 'os_user': 'root'}, {'socket': True, 'os_user': 'root'}, {'ip': '127.0.0.1', 'hostname': 'localhost'},
    {'ip': '::1', 'hostname': 'localhost'}, {'ip': '10.1.2.3', 'hostname': 'app1.example.net'}, {'ip': '10.1.2.4'},
    {'ip': '10.1.9.3', 'hostname': 'App2.Example.NET'}, {'ip': '10.7.2.3'}, {'ip': '10.1.2.30', 'hostname': 'h.example.org'},
    {'ip': '127.0.0.2'}, {'ip': '127.5.0.1', 'hostname': 'app.example.com'}, {'ip': '2001:db8::5', 'hostname': 'v6.example.net'},
    {'ip': '2001:db8::9'}, {'ip': '192.0.2.9', 'resolves': '1.2.example.net'}, {'ip': '192.0.2.10', 'hostname': '1a.example.net'},
]
HOSTS = [
    '%', '%', '%', 'localhost', 'localhost', '', '127.0.0.1', '::1', '10.1.2.3', '10.1.2.0/24', '10.1.2.3/24', '10.1.0.0/16',
    '10.1.0.0/255.255.0.0', '10.1.2.0/255.255.255.0', '10.1.2.3/32', '10.1.2.3/255.255.255.255', '10.1.%', '10.1.2._',
    '10.%.3', '10.1.2._%', '10.1.2.3%', '10.%', 'app1.example.net', 'APP1.Example.net', '%.example.net', 'app_.example.net',
    'app%', 'app1.example.ne_%', 'app1.example.n%', 'localhos_', 'localhos_%', '%host', '%t', '2001:db8::5', '2001:db8::%',
    '2001:db8::/32', '2001:DB8::5', '1.2.example.net', '%.2.example.net', '%.net', '%.%', '0.0.0.0/0', '10.1.2.3/33', '10.0.0.0/255.0.255.0',
    '127.0.0.%', '127.%', '127.0.0.0/8', '192.0.2.9', '_%', '%%', '%_', '1_.example.net', '192.0.2.0/28',
]
PATTERNS = ['d1', 'd1', 'd1', 'd2', 'd2', 'd_1', 'd_1', 'd\\_1', 'd\\_1', 'dx1', 'd%', 'd_', '%', 'dx%', 'd__', 'd1%', '%1', 'D1', 'none', 'd\\%']
# Hosts whose first wildcard stands at the same place, so that they tie in MySQL's order (M3.2), and serve the same clients.
TYING = ['10.1.2.%', '10.1.2._', '10.1.2.__', 'app1.ex%', 'app1.ex_mple.net', 'app1.ex%.net', '::%', '2001:db%', '2001:db_::5', '127.0.0%', 'localho%',
         'localho_t', '_pp1.example.net', '%pp1.example.net', '%.1.2.3', '_0.1.2.3', '%ocalhost', '%lhost']


def places(host):
    """The clients that a host pattern means, roughly: enough to let most clients find an account."""
    def means(client):
        texts = [client.get('ip', ''), client.get('hostname', 'localhost' if 'socket' in client else '')]
        if '/' in host and texts[0]:
            try:
                return ipaddress.ip_address(texts[0]) in ipaddress.ip_network(host)
            except ValueError:
                return False
        pattern = ''.join({'%': '.*', '_': '.'}.get(c, re.escape(c)) for c in host) if host else '.*'
        return any(text and re.fullmatch(pattern, text, re.I) for text in texts)
    return [client for client in CLIENTS if means(client)] or CLIENTS
