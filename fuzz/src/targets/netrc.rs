//! Netrc files of any text: an error names a line and nothing that stands there.

use qftp_cli::find_in_netrc;

use crate::input::Choices;

const HOSTS: [&str; 3] = ["ftp.example.com", "x", ""];
const LOGINS: [Option<&str>; 3] = [None, Some("user"), Some("")];
/// Shorter words may stand in a message by chance.
const SHORTEST_WORD: usize = 12;

/// Runs the target.
pub fn run(data: &[u8]) {
    let mut choices = Choices::new(data);
    let (host, login) = (choices.of(&HOSTS), choices.of(&LOGINS));
    let Ok(text) = std::str::from_utf8(choices.rest()) else {
        return;
    };
    match find_in_netrc(text, host, login) {
        Ok(Some((found, _))) => {
            if login.is_some() {
                assert_eq!(found.as_deref(), login, "the account of another login");
            }
        }
        Ok(None) => {}
        Err(message) => {
            assert!(message.starts_with(".netrc line "), "{message}");
            let told = text
                .split_ascii_whitespace()
                .filter(|word| word.len() >= SHORTEST_WORD)
                .any(|word| message.contains(word));
            assert!(!told, "{message} repeats the file");
        }
    }
}
