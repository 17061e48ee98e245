//! A GSM module with a real server behind it: what 001 leaves open.

use qftp::dialect::gsm::GSM;
use qftp::emulator::EmulatorOptions;
use qftp_test::at_session::AtSession;
use qftp_test::servers::{Kind, Server};

/// Opens a session of a GSM module at this server.
fn logged_in(server: &Server) -> AtSession {
    let mut session = module(server);
    open(&mut session, server, "+QFTPOPEN:0");
    session
}

/// Switches a GSM module on and sets the account of this server.
fn module(server: &Server) -> AtSession {
    let mut session = AtSession::bare(EmulatorOptions::new(&GSM));
    session.ok(&format!("AT+QFTPUSER=\"{}\"", server.user));
    session.ok(&format!("AT+QFTPPASS=\"{}\"", server.password));
    session
}

fn open(session: &mut AtSession, server: &Server, urc: &str) {
    let (host, port) = (server.address.ip(), server.address.port());
    ask(session, &format!("AT+QFTPOPEN=\"{host}\",{port}"), urc);
}

/// Expects `OK` and this URC.
fn ask(session: &mut AtSession, command: &str, urc: &str) {
    session.enter(command);
    session.expect(&format!("\r\nOK\r\n\r\n{urc}\r\n"));
}

/// The names of the places: of `AT+QFTPCFG=4`, of file commands.
const GSM_PLACES: [(&str, &str); 3] = [("UFS", ""), ("RAM", "RAM:"), ("SD", "SD:")];

#[test]
fn get_001_2_2_4_that_is_refused_leaves_the_local_file_as_it_was() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        server.put("there", b"good");
        let mut session = logged_in(&server);
        for (place, prefix) in GSM_PLACES {
            let choose = format!("AT+QFTPCFG=4,\"/{place}/f\"");
            ask(&mut session, &choose, "+QFTPCFG:0");
            ask(&mut session, "AT+QFTPGET=\"missing\"", "+QFTPGET:-550");
            let list = format!("AT+QFLST=\"{prefix}f\"");
            assert_eq!(session.refusal(&list), "4013", "{kind:?} {place}");
            ask(&mut session, "AT+QFTPGET=\"there\"", "+QFTPGET:4");
            ask(&mut session, "AT+QFTPGET=\"missing\"", "+QFTPGET:-550");
            session.enter(&list);
            session.expect(&format!("\r\n+QFLST: \"{prefix}f\",4\r\n\r\nOK\r\n"));
        }
    }
}

#[test]
fn place_001_2_2_8_a_download_to_memory_stops_at_102400_bytes() {
    let server = Server::start(Kind::Pyftpdlib);
    server.put("fits", &vec![7; 102_400]);
    server.put("more", &vec![7; 102_401]);
    server.put("much", &vec![7; 300_000]);
    let mut session = logged_in(&server);
    ask(&mut session, "AT+QFTPCFG=4,\"/RAM/\"", "+QFTPCFG:0");
    ask(&mut session, "AT+QFTPGET=\"fits\"", "+QFTPGET:102400");
    for name in ["more", "much"] {
        ask(
            &mut session,
            &format!("AT+QFTPGET=\"{name}\""),
            "+QFTPGET:-12",
        );
        session.enter("AT+QFTPLEN");
        session.expect("\r\n+QFTPLEN: 102400\r\n\r\nOK\r\n");
        session.enter(&format!("AT+QFLST=\"RAM:{name}\""));
        session.expect(&format!("\r\n+QFLST: \"RAM:{name}\",102400\r\n\r\nOK\r\n"));
    }
    session.enter("AT+QFTPSTAT");
    session.expect("\r\n+QFTPSTAT: OPENED\r\n\r\nOK\r\n");
}

#[test]
fn path_001_2_2_5_before_open_is_where_the_session_begins() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        server.put("there", b"hello");
        let mut session = logged_in(&server);
        ask(&mut session, "AT+QFTPMKDIR=\"dir\"", "+QFTPMKDIR:0");
        let rename = "AT+QFTPRENAME=\"there\",\"dir/there\"";
        ask(&mut session, rename, "+QFTPRENAME:0");
        ask(&mut session, "AT+QFTPCLOSE", "+QFTPCLOSE:0");
        for path in ["dir", "/dir", "dir/", "/"] {
            let set = format!("AT+QFTPPATH=\"{path}\"");
            ask(&mut session, &set, "+QFTPPATH:0");
            open(&mut session, &server, "+QFTPOPEN:0");
            let size = if path == "/" { "-550" } else { "5" };
            let urc = format!("+QFTPSIZE:{size}");
            ask(&mut session, "AT+QFTPSIZE=\"there\"", &urc);
            ask(&mut session, "AT+QFTPCLOSE", "+QFTPCLOSE:0");
        }
    }
}

#[test]
fn path_001_2_2_5_that_the_server_refuses_at_login_is_a_urc() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        server.put("there", b"hello");
        let mut session = module(&server);
        ask(&mut session, "AT+QFTPPATH=\"missing\"", "+QFTPPATH:0");
        open(&mut session, &server, "+QFTPOPEN:0");
        session.expect("\r\n+QFTPPATH:-550\r\n");
        ask(&mut session, "AT+QFTPPATH?", "+QFTPPATH:\"\"");
        ask(&mut session, "AT+QFTPSIZE=\"there\"", "+QFTPSIZE:5");
    }
}
