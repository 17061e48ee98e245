//! Texts by TYPE A, in every dialect: the server stores its own line ends, and gives CR LF.

use qftp::client::Verified;
use qftp::dialect;
use qftp_test::servers::{Kind, Server};

use crate::{get, log_in, put};

#[test]
fn texts_have_the_line_ends_of_each_end() {
    let server = Server::start(Kind::Pyftpdlib);
    for dialect in dialect::ALL {
        let (_module, mut client) = log_in(&server, dialect);
        let name = dialect.name;
        let moved = client
            .put_ascii(&mut &b"one\ntwo\r\n"[..], b"text")
            .expect(name);
        assert_eq!(
            (moved.bytes, moved.verified),
            (10, Verified::Nothing),
            "{name}"
        );
        assert_eq!(
            server.get("text").as_deref(),
            Some(&b"one\ntwo\n"[..]),
            "{name}"
        );
        let mut text = Vec::new();
        let moved = client.get_ascii(b"text", &mut text).expect(name);
        assert_eq!(moved.bytes, 10, "{name}");
        assert_eq!(text, b"one\ntwo\n", "{name}");
        // What follows is binary again, also behind a failure.
        client.get_ascii(b"missing", &mut text).expect_err(name);
        put(&mut client, "binary", b"a\r\nb\n", 0);
        assert_eq!(
            server.get("binary").as_deref(),
            Some(&b"a\r\nb\n"[..]),
            "{name}"
        );
        assert_eq!(get(&mut client, "binary", 0), b"a\r\nb\n", "{name}");
    }
}
