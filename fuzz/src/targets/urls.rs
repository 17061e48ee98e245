//! URLs of ports and of files: what is shown of one is parsed to the same parts, and has no password.

use qftp::connect::PortUrl;
use qftp_cli::parse_file_url;

/// Shorter passwords may stand in a URL for another reason.
const SHORTEST_PASSWORD: usize = 6;

/// Runs the target.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Err(error) = PortUrl::parse(text) {
        assert!(!error.to_string().is_empty());
    }
    match parse_file_url(text) {
        Err(message) => assert!(!message.is_empty()),
        Ok(url) => {
            let again = parse_file_url(&url.shown).expect("what is shown is a URL");
            assert_eq!(again.host, url.host, "{}", url.shown);
            assert_eq!(again.port, url.port, "{}", url.shown);
            assert_eq!(again.path, url.path, "{}", url.shown);
            assert_eq!(again.shown, url.shown);
            assert!(again.password.is_none());
            let carried = [&url.path[..], url.host.as_bytes()].concat();
            assert!(!carried.iter().any(|byte| b"\r\n\0\"".contains(byte)));
            let place: Vec<&str> = url.shown.splitn(4, '/').take(3).collect();
            if let Some(password) = url.password
                && password.len() >= SHORTEST_PASSWORD
                && let Ok(password) = String::from_utf8(password)
                && !url.host.contains(&password)
            {
                assert!(!place.concat().contains(&password), "{}", url.shown);
            }
        }
    }
}
