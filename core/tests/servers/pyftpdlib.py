"""An FTP server for tests: ADDRESS PORT LOW HIGH USER PASSWORD ROOT ANNOUNCED."""

import sys

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer


class Handler(FTPHandler):
    auth_failed_timeout = 0
    use_gmt_times = True


address, port, low, high, user, password, root, announced = sys.argv[1:]
Handler.authorizer = DummyAuthorizer()
Handler.authorizer.add_user(user, password, root, perm="elradfmwMT")
Handler.passive_ports = range(int(low), int(high) + 1)
Handler.masquerade_address = announced or None
FTPServer((address, int(port)), Handler).serve_forever()
