"""An FTP server for tests.

ADDRESS PORT LOW HIGH USER PASSWORD ROOT ANNOUNCED COMMANDS [CLASS VERSION CERTIFICATE KEY [AUTHORITY]].

COMMANDS is where it writes who comes and goes, and the names it is given. CLASS is Explicit or Implicit, VERSION a TLS
version as pyOpenSSL names it, or 0; with AUTHORITY clients need a certificate.
"""

import sys

from OpenSSL import SSL
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler, TLS_FTPHandler
from pyftpdlib.servers import FTPServer


class Noting:
    """Writes down who comes, and the names that are said."""

    auth_failed_timeout = 0
    use_gmt_times = True
    is_there = False

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        if self.connected:
            self.is_there = True
            print("come", file=commands)

    def close(self):
        super().close()
        if self.is_there:
            self.is_there = False
            print("gone", file=commands)

    def process_command(self, command, *arguments, **options):
        if command == "USER":
            print(command, *arguments, file=commands)
        super().process_command(command, *arguments, **options)


class Plain(Noting, FTPHandler):
    pass


class Explicit(Noting, TLS_FTPHandler):
    tls_control_required = True
    tls_data_required = True


class Implicit(Explicit):
    """Greets when the connection is secure."""

    def handle(self):
        self.secure_connection(self.ssl_context)

    def handle_ssl_established(self):
        super().handle()


def context(version, certificate, key, authority=None):
    """As the library makes it, with what it has no option for."""
    made = SSL.Context(SSL.TLS_SERVER_METHOD)
    made.use_certificate_chain_file(certificate)
    made.use_privatekey_file(key)
    if version != "0":
        made.set_min_proto_version(getattr(SSL, version))
        made.set_max_proto_version(getattr(SSL, version))
    if version == "TLS1_VERSION":
        made.set_cipher_list(b"DEFAULT@SECLEVEL=0")
    if authority:
        made.load_verify_locations(authority)
        made.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT)
        made.set_session_id(b"qftp")
    return made


address, port, low, high, user, password, root, announced, commands, *tls = sys.argv[1:]
commands = open(commands, "a", buffering=1)
Handler = Plain
if tls:
    Handler = {"Explicit": Explicit, "Implicit": Implicit}[tls[0]]
    Handler.ssl_context = context(*tls[1:])
Handler.authorizer = DummyAuthorizer()
Handler.authorizer.add_user(user, password, root, perm="elradfmwMT")
Handler.passive_ports = range(int(low), int(high) + 1)
Handler.masquerade_address = announced or None
FTPServer((address, int(port)), Handler).serve_forever()
