//! A parsed `ftp://`, `ftps://` or `ftpes://` URL: TLS, server, account, path.
//!
//! The path is relative to the directory where the account starts, as in curl; `//` or `%2F` at its start makes it
//! absolute. Bytes are percent-decoded. CR, LF, NUL and `"` are refused in every part: they would end an AT command
//! or one of its parameters.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use qftp::client::{TlsMode, is_pattern};
use url::{Host, ParseError, Position, Url};

use crate::pattern;
use crate::problem::Problem;

/// The parts of a URL.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// The TLS mode; `None` for `ftp://`.
    pub(crate) tls: Option<TlsMode>,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) user: Option<Vec<u8>>,
    pub(crate) password: Option<Vec<u8>>,
    /// Empty: the directory where the account starts.
    pub(crate) path: Vec<u8>,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Target({self})")
    }
}

/// Shows the URL without the account.
impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.url_of(&self.path))
    }
}

/// Escapes all but the unreserved characters and the slash of a path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

const EXAMPLE: &str = "write it as ftp://user:password@host:21/path";

impl Target {
    /// Parses a URL. Messages do not repeat it, since it may hold a password.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let (target, _) = Self::parse_either(text, false)?;
        Ok(target)
    }

    /// Parses a URL whose path may be a pattern, which is returned too: `*`, `?` and `[abc]`, where they are not escaped
    /// as %2A, %3F and %5B.
    pub(crate) fn parse_pattern(text: &str) -> Result<(Self, Option<Vec<u8>>), Problem> {
        Self::parse_either(text, true)
    }

    fn parse_either(text: &str, patterns: bool) -> Result<(Self, Option<Vec<u8>>), Problem> {
        if text.contains(['\r', '\n', '\0', '"']) {
            return Err(forbidden("URL"));
        }
        let url = read(text)?;
        let tls = security(&url)?;
        let port = port(&url, tls)?;
        // The crate parses host and path of the one scheme that it knows.
        let url = read(&format!("ftp{}", &url[Position::AfterScheme..]))?;
        let host = match url.host() {
            Some(Host::Domain(name)) if !name.is_empty() => name.to_owned(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            _ => return Err(Problem::usage("the URL has no host").hint(EXAMPLE)),
        };
        let query = url.query().filter(|_| patterns);
        if (url.query().is_some() && query.is_none()) || url.fragment().is_some() {
            let problem = Problem::usage("`?` and `#` have no meaning in the URL of a file");
            return Err(problem.hint("in a file name write %3F and %23"));
        }
        let path = match query {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let path = path.strip_prefix('/').unwrap_or(&path);
        let pattern =
            Some(pattern::of_path(path)).filter(|pattern| patterns && is_pattern(pattern));
        let user = (!url.username().is_empty()).then(|| url.username());
        let target = Target {
            tls,
            host,
            port,
            user: user.map(|user| decode("user", user)).transpose()?,
            password: url
                .password()
                .map(|password| decode("password", password))
                .transpose()?,
            path: decode("path", path)?,
        };
        Ok((target, pattern))
    }

    /// Parses URLs that must be on one server.
    pub(crate) fn parse_all(urls: &[String]) -> Result<Vec<Self>, Problem> {
        let targets: Vec<Target> = urls
            .iter()
            .map(|url| Target::parse(url))
            .collect::<Result<_, _>>()?;
        Self::check_one_server(targets.iter())?;
        Ok(targets)
    }

    /// Refuses targets on different servers.
    pub(crate) fn check_one_server<'a>(
        targets: impl Iterator<Item = &'a Target>,
    ) -> Result<(), Problem> {
        let targets: Vec<&Target> = targets.collect();
        for pair in targets.windows(2) {
            if !pair[0].same_server(pair[1]) {
                let message = format!("{} and {} are on different servers", pair[0], pair[1]);
                let problem = Problem::usage(message);
                return Err(problem.hint("one command takes URLs of one server and one account"));
            }
        }
        Ok(())
    }

    /// Returns the same server with another path, written as in a URL.
    pub(crate) fn with_path(&self, path: &str) -> Result<Self, Problem> {
        let path = decode("path", path)?;
        if path.is_empty() {
            return Err(Problem::usage("the path is empty"));
        }
        Ok(Target {
            path,
            ..self.clone()
        })
    }

    /// Returns true for a directory: an empty path, or one that ends in `/`.
    pub(crate) fn is_directory(&self) -> bool {
        self.path.is_empty() || self.path.ends_with(b"/")
    }

    /// Returns the target as a directory, whether or not the URL ends in `/`.
    pub(crate) fn into_directory(mut self) -> Self {
        if !self.is_directory() {
            self.path.push(b'/');
        }
        self
    }

    /// Returns the path as the name of a directory: without `/` at its end, `.` for an empty path.
    pub(crate) fn directory(&self) -> &[u8] {
        match self.path.strip_suffix(b"/") {
            Some(b"") => b"/",
            Some(path) => path,
            None if self.path.is_empty() => b".",
            None => &self.path,
        }
    }

    /// Returns the last part of the path; empty for an empty path.
    pub(crate) fn name(&self) -> &[u8] {
        let path = self.path.strip_suffix(b"/").unwrap_or(&self.path);
        let start = path.iter().rposition(|byte| *byte == b'/');
        &path[start.map_or(0, |at| at + 1)..]
    }

    /// Returns true if both are on the same server, for the same user if the other names one.
    pub(crate) fn same_server(&self, other: &Target) -> bool {
        let user = other.user.is_none() || self.user == other.user;
        let place = |target: &Target| (target.tls, target.port);
        self.host == other.host && place(self) == place(other) && user
    }

    /// Returns the URL of a path on the same server, without account.
    pub(crate) fn url_of(&self, path: &[u8]) -> String {
        let host = if self.host.contains(':') {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        let (scheme, port) = (self.scheme(), self.port);
        format!("{scheme}://{host}:{port}/{}", escaped(path))
    }

    /// Returns the scheme of the URL.
    fn scheme(&self) -> &'static str {
        match self.tls {
            None => "ftp",
            Some(TlsMode::Implicit) => "ftps",
            Some(TlsMode::Explicit) => "ftpes",
        }
    }

    /// Returns the URL of an entry of this directory.
    pub(crate) fn url_in(&self, name: &[u8]) -> String {
        let mut path = self.path.clone();
        if !self.is_directory() {
            path.push(b'/');
        }
        path.extend_from_slice(name);
        self.url_of(&path)
    }

    /// Returns the path of a file; refuses a directory.
    pub(crate) fn file(&self) -> Result<&[u8], Problem> {
        if self.is_directory() {
            let problem = Problem::usage(format!("{self} names a directory, not a file"));
            return Err(problem.hint("end the URL with the name of a file"));
        }
        Ok(&self.path)
    }
}

/// The schemes of URLs. A local name that begins with one is a URL at the wrong place.
const SCHEMES: [&str; 3] = ["ftp://", "ftps://", "ftpes://"];

/// Returns true for a word that is the URL of a file, right or wrong.
pub(crate) fn is_url(word: &OsStr) -> bool {
    let text = word.to_string_lossy();
    SCHEMES.iter().any(|scheme| {
        let start = text.get(..scheme.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

/// Refuses a URL where a local file belongs. `argument` is the argument's name in the help, and `hint` says what to do.
pub(crate) fn check_local(argument: &str, local: &Path, hint: &'static str) -> Result<(), Problem> {
    if !is_url(local.as_os_str()) {
        return Ok(());
    }
    let text = local.to_string_lossy();
    // One that cannot be parsed is not repeated: the place of its password is unknown.
    let message = match Target::parse(&text) {
        Ok(target) => format!("{argument} is a URL, not a local file: {target}"),
        Err(_) => format!("{argument} is a URL, not a local file"),
    };
    Err(Problem::usage(message).hint(hint))
}

/// Returns a local name as the bytes of a remote one.
#[cfg(unix)]
pub(crate) fn name_bytes(name: &OsStr) -> Result<Vec<u8>, Problem> {
    use std::os::unix::ffi::OsStrExt;
    let bytes = name.as_bytes();
    check_bytes("file name", bytes)?;
    Ok(bytes.to_vec())
}

/// Returns a local name as the bytes of a remote one.
#[cfg(not(unix))]
pub(crate) fn name_bytes(name: &OsStr) -> Result<Vec<u8>, Problem> {
    let name = name.to_string_lossy();
    check_bytes("file name", name.as_bytes())?;
    Ok(name.as_bytes().to_vec())
}

/// Returns a remote name as a local one.
#[cfg(unix)]
pub(crate) fn name_of_bytes(name: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStrExt;
    OsStr::from_bytes(name).to_owned()
}

/// Returns a remote name as a local one.
#[cfg(not(unix))]
pub(crate) fn name_of_bytes(name: &[u8]) -> OsString {
    String::from_utf8_lossy(name).into_owned().into()
}

/// Escapes a path for a URL. A slash beside `.` or `..` is escaped too: who reads a URL takes such parts out of it.
fn escaped(path: &[u8]) -> String {
    let is_dots = |part: &[u8]| part == b"." || part == b"..";
    let mut text = String::new();
    let mut before: Option<&[u8]> = None;
    for part in path.split(|byte| *byte == b'/') {
        if let Some(before) = before {
            let dots = is_dots(before) || is_dots(part);
            text.push_str(if dots { "%2F" } else { "/" });
        }
        text.extend(percent_encode(part, PATH));
        before = Some(part);
    }
    text
}

fn read(text: &str) -> Result<Url, Problem> {
    Url::parse(text).map_err(|error| {
        let message = match error {
            ParseError::RelativeUrlWithoutBase => {
                "the URL is wrong: it has no ftp:// at its start".to_owned()
            }
            error => format!("the URL is wrong: {error}"),
        };
        Problem::usage(message).hint(EXAMPLE)
    })
}

fn security(url: &Url) -> Result<Option<TlsMode>, Problem> {
    match url.scheme() {
        "ftp" => Ok(None),
        "ftps" => Ok(Some(TlsMode::Implicit)),
        "ftpes" => Ok(Some(TlsMode::Explicit)),
        other => Err(Problem::usage(format!("{other}:// is not FTP")).hint(EXAMPLE)),
    }
}

fn port(url: &Url, tls: Option<TlsMode>) -> Result<u16, Problem> {
    match url.port().unwrap_or(tls.map_or(21, TlsMode::default_port)) {
        0 => Err(Problem::usage("the URL's port is 0").hint(EXAMPLE)),
        port => Ok(port),
    }
}

fn decode(part: &'static str, text: &str) -> Result<Vec<u8>, Problem> {
    let bytes: Vec<u8> = percent_decode_str(text).collect();
    check_bytes(part, &bytes)?;
    Ok(bytes)
}

/// Refuses what would end an AT command or its parameter.
pub(crate) fn check_bytes(part: &'static str, bytes: &[u8]) -> Result<(), Problem> {
    if bytes.iter().any(|byte| b"\r\n\0\"".contains(byte)) {
        return Err(forbidden(part));
    }
    Ok(())
}

fn forbidden(part: &str) -> Problem {
    let message = format!("the {part} contains CR, LF, NUL or a double quote");
    Problem::usage(message).hint("an AT command cannot carry these")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(url: &str) -> Vec<u8> {
        Target::parse(url).expect(url).path
    }

    #[test]
    fn parts_are_decoded() {
        let target =
            Target::parse("ftp://jo%40e:p%3Aw%2F@Ftp.Example.com:2121/a%20b/%ff").expect("a URL");
        assert_eq!(
            (target.host.as_str(), target.port),
            ("ftp.example.com", 2121)
        );
        assert_eq!(target.user.as_deref(), Some(&b"jo@e"[..]));
        assert_eq!(target.password.as_deref(), Some(&b"p:w/"[..]));
        assert_eq!(target.path, b"a b/\xff");
        assert_eq!(target.name(), b"\xff");
        assert!(!format!("{target:?} {target}").contains("p:w"));
    }

    #[test]
    fn dots_in_a_path_stay_where_its_url_is_read_again() {
        for path in [
            &b"h/./a"[..],
            b"./a",
            b"/../a",
            b"a/..",
            b"a//b",
            b"a b/..c",
        ] {
            let url = Target::parse("ftp://h/x").expect("a URL").url_of(path);
            let again = Target::parse(&url).expect("a URL");
            assert_eq!(again.path, path, "{url}");
        }
    }

    #[test]
    fn paths_are_relative_unless_they_say_otherwise() {
        assert_eq!(path("ftp://h"), b"");
        assert_eq!(path("ftp://h/a/b"), b"a/b");
        assert_eq!(path("ftp://h//a"), b"/a");
        assert_eq!(path("ftp://h/%2Fa"), b"/a");
        assert_eq!(path("ftp://[::1]:21/x"), b"x");
        let dir = |url: &str| Target::parse(url).expect(url).directory().to_vec();
        assert_eq!(dir("ftp://h"), b".");
        assert_eq!(dir("ftp://h/a/"), b"a");
        assert_eq!(dir("ftp://h//"), b"/");
        assert_eq!(dir("ftp://h/a"), b"a");
    }

    #[test]
    fn the_scheme_says_when_tls_begins_and_at_which_port() {
        use TlsMode::{Explicit, Implicit};
        for (url, tls, port) in [
            ("ftp://H/a", None, 21),
            ("ftps://H/a", Some(Implicit), 990),
            ("FTPES://H/a", Some(Explicit), 21),
            ("ftps://H:21/a", Some(Implicit), 21),
            ("ftpes://H:990/a", Some(Explicit), 990),
        ] {
            let target = Target::parse(url).expect(url);
            assert_eq!((target.tls, target.port), (tls, port), "{url}");
            assert_eq!((target.host.as_str(), target.path), ("h", b"a".to_vec()));
        }
        let plain = Target::parse("ftp://h:21/a").expect("a URL");
        let explicit = Target::parse("ftpes://u:p@h/a").expect("a URL");
        assert!(!plain.same_server(&explicit));
        assert_eq!(explicit.password.as_deref(), Some(&b"p"[..]));
    }

    #[test]
    fn a_url_may_have_a_pattern() {
        let pattern = |url: &str| Target::parse_pattern(url).expect(url).1;
        assert_eq!(pattern("ftp://h/%2A.csv"), None);
        assert_eq!(pattern("ftp://h/a?c").as_deref(), Some(&b"a?c"[..]));
        assert!(Target::parse_pattern("ftp://h/a#b").is_err());
        let (target, _) = Target::parse_pattern("ftp://h/a?*").expect("a URL");
        assert_eq!(target.path, b"a?*");
    }

    #[test]
    fn a_url_comes_back_equal() {
        for url in [
            "ftp://h:21/a%20b/%FF",
            "ftp://[::1]:2121//%40",
            "ftp://h:21/",
            "ftps://h:21/%FF",
            "ftpes://[::1]:990//%40",
        ] {
            let target = Target::parse(url).expect(url);
            let again = target.to_string();
            assert!(
                Target::parse(&again).expect("a URL") == target,
                "{url} {again}"
            );
        }
        let target = Target::parse("ftp://u:p@h/x").expect("a URL");
        assert_eq!(target.url_of(b"/y z"), "ftp://h:21//y%20z");
    }

    #[test]
    fn a_url_is_no_local_name() {
        let refused = |local: &str| {
            let checked = check_local("LOCAL", Path::new(local), "hint");
            checked.err().map(|problem| problem.message())
        };
        for local in ["a.txt", "./ftp://u:word@h/a", "ftp:", "ftp:/a", "-", ""] {
            assert_eq!(refused(local), None, "{local}");
        }
        for (local, url) in [
            ("ftp://u:word@h/a", "ftp://h:21/a"),
            ("FTPES://u:word@h/a", "ftpes://h:21/a"),
        ] {
            let expected = format!("LOCAL is a URL, not a local file: {url}");
            assert_eq!(refused(local), Some(expected));
        }
        let broken = "LOCAL is a URL, not a local file".to_owned();
        assert_eq!(refused("ftps://u:word@h:x/a"), Some(broken));
    }

    #[test]
    fn what_cannot_be_carried_is_refused_by_part() {
        let cases = [
            ("ftp://h/a%0Db", "the path"),
            ("ftp://h/a%22b", "the path"),
            ("ftp://h/%00", "the path"),
            ("ftp://u%0A@h/", "the user"),
            ("ftp://u:p%0D@h/", "the password"),
            ("ftp://h/a\nb", "the URL contains"),
            ("sftp://h/a", "is not FTP"),
            ("ftps://h:0/", "port is 0"),
            ("http://h/a", "is not FTP"),
            ("h/a", "the URL is wrong"),
            ("ftp://h:0/", "port is 0"),
            ("ftp://h/a?b", "no meaning"),
        ];
        for (url, part) in cases {
            let problem = format!("{:?}", Target::parse(url).expect_err(url));
            assert!(problem.contains(part), "{url}: {problem}");
        }
    }
}
