//! The parsers of the program, for its fuzz targets. No promise is made about them.

use std::path::Path;

use crate::netrc;
use crate::target::Target;

/// Parses the URL of a file. Returns the parts that a transfer uses, or the message of the error.
///
/// # Errors
///
/// Says what is wrong, without the URL.
pub fn parse_file_url(text: &str) -> Result<FileUrl, String> {
    let target = Target::parse(text).map_err(|problem| problem.message())?;
    Ok(FileUrl {
        shown: target.to_string(),
        host: target.host,
        port: target.port,
        password: target.password,
        path: target.path,
    })
}

/// The parts of the URL of a file.
#[derive(Clone, PartialEq, Eq)]
pub struct FileUrl {
    /// The URL as messages show it, without the account.
    pub shown: String,
    /// Name or address of the server.
    pub host: String,
    /// Port of the server.
    pub port: u16,
    /// Password, if the URL has one.
    pub password: Option<Vec<u8>>,
    /// Path on the server.
    pub path: Vec<u8>,
}

/// Login and password of an entry.
pub type NetrcAccount = (Option<String>, Option<String>);

/// Looks up login and password for a host in the text of a netrc file.
///
/// # Errors
///
/// Names the line, and nothing that stands there.
pub fn find_in_netrc(
    text: &str,
    host: &str,
    login: Option<&str>,
) -> Result<Option<NetrcAccount>, String> {
    let found = netrc::find(text, Path::new(".netrc"), host, login);
    let entry = found.map_err(|error| error.to_string())?;
    Ok(entry.map(|entry| (entry.login, entry.password)))
}
