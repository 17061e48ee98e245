//! Shows what lies on a server, as curl sees it: a second opinion that shares no code with what is tested.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use super::{SETUP, Server, Tls, Version};

/// Lists curl's exit codes for a missing file: REMOTE_FILE_NOT_FOUND, FTP_COULDNT_RETR_FILE.
const MISSING: [i32; 2] = [78, 19];

impl Server {
    /// Puts a file there. Names are relative to the root.
    pub fn put(&self, name: &str, content: &[u8]) {
        let output = self.curl(&["-T", "-", &self.url(name)], content);
        assert!(output.status.success(), "put {name}: {output:?}");
    }

    /// Gets a file, if it is there.
    pub fn get(&self, name: &str) -> Option<Vec<u8>> {
        let output = self.curl(&[&self.url(name)], b"");
        if output.status.success() {
            return Some(output.stdout);
        }
        let is_missing = output
            .status
            .code()
            .is_some_and(|code| MISSING.contains(&code));
        assert!(is_missing, "get {name}: {output:?}");
        None
    }

    /// Lists the names in a folder, sorted; the root is "".
    pub fn list(&self, folder: &str) -> Vec<String> {
        let url = self.url(&format!("{folder}/"));
        let output = self.curl(&["--list-only", &url], b"");
        assert!(output.status.success(), "list {folder}: {output:?}");
        let text = String::from_utf8_lossy(&output.stdout);
        let is_own = |name: &&str| !matches!(*name, "." | "..");
        let mut names: Vec<String> = text.lines().filter(is_own).map(str::to_owned).collect();
        names.sort_unstable();
        names
    }

    /// Makes a folder.
    pub fn make_folder(&self, name: &str) {
        let quote = format!("MKD {name}");
        let output = self.curl(&["--list-only", "-Q", &quote, &self.url("")], b"");
        assert!(output.status.success(), "mkd {name}: {output:?}");
    }

    /// Runs it, TLS and all, with more arguments; what it says.
    pub fn curl(&self, arguments: &[&str], input: &[u8]) -> Output {
        let account = format!("{}:{}", self.user, self.password);
        let mut curl = Command::new("curl")
            .args(["--silent", "--show-error", "--disable", "--noproxy", "*"])
            .args(["--max-time", "60", "--ftp-method", "singlecwd"])
            .args(["--user", &account])
            .args(self.tls_arguments())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("curl: {error}; {SETUP}"));
        if let Some(mut stdin) = curl.stdin.take() {
            // Where curl gives up early its exit code says why.
            let _ = stdin.write_all(input);
        }
        curl.wait_with_output().expect("curl runs")
    }

    /// Returns curl's TLS arguments: they check the server's certificate, and offer curl's own where the server asks
    /// for it.
    fn tls_arguments(&self) -> Vec<&OsStr> {
        let Some(files) = &self.files else {
            return Vec::new();
        };
        let mut arguments: Vec<&OsStr> = vec!["--ssl-reqd".as_ref()];
        arguments.extend(["--cacert".as_ref(), files.authority.as_os_str()]);
        if self.setup.client_certificates {
            arguments.extend(["--cert".as_ref(), files.client.as_os_str()]);
            arguments.extend(["--key".as_ref(), files.client_key.as_os_str()]);
        }
        if self.setup.version == Version::V1_0 {
            let old = ["--tlsv1.0", "--ciphers", "DEFAULT@SECLEVEL=0"];
            arguments.extend(old.map(OsStr::new));
        }
        arguments
    }

    /// Returns the URL of a file, for curl.
    pub fn url(&self, name: &str) -> String {
        let scheme = match self.setup.tls {
            Tls::Plain | Tls::Explicit => "ftp",
            Tls::Implicit => "ftps",
        };
        let mut url = format!("{scheme}://{}/", self.address);
        for &byte in name.as_bytes() {
            if byte.is_ascii_alphanumeric() || b"/.-_".contains(&byte) {
                url.push(char::from(byte));
            } else {
                let _ = write!(url, "%{byte:02X}");
            }
        }
        url
    }
}
