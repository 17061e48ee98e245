//! The mark of an upload on a port: a file that a process leaves behind when it is killed in the middle of one.
//!
//! On a line without DTR the module then stays in data mode, and takes what the next program types for payload. The next
//! client that opens the port finds the mark, and leaves data mode before it types. Without a mark it need not: the
//! silence around `+++` takes more than two seconds.
//!
//! The file is empty but for the dialect's name. It lies in the user's folder for such state, which does not outlast the
//! system. Where there is no such folder, no mark is made.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};

use crate::connect::PortUrl;
use crate::dialect::{self, Dialect};

/// The mark of one port.
#[derive(Debug)]
pub(super) struct UploadMark {
    path: PathBuf,
    is_set: bool,
}

impl UploadMark {
    /// Returns the mark of a port; `None` for an emulator inside this process, which ends with it.
    pub(super) fn of_port(port: &PortUrl) -> Option<Self> {
        let name = match port.clone() {
            PortUrl::Serial { path, .. } => {
                let path = PathBuf::from(path);
                fs::canonicalize(&path).unwrap_or(path).into_os_string()
            }
            PortUrl::Unix { path } => path.into_os_string(),
            PortUrl::Socket { address } | PortUrl::Rfc2217 { address, .. } => {
                OsString::from(address)
            }
            PortUrl::Spy { url, .. } => return Self::of_port(&PortUrl::parse(&url).ok()?),
            PortUrl::Emulator { .. } | PortUrl::Replay { .. } => return None,
        };
        Some(UploadMark::in_folder(&folder(), &name))
    }

    fn in_folder(folder: &Path, name: &OsString) -> Self {
        let name = percent_encode(name.as_encoded_bytes(), NON_ALPHANUMERIC).to_string();
        let path = folder.join(name);
        let is_set = is_own(folder) && path.is_file();
        UploadMark { path, is_set }
    }

    /// Returns the dialect of the marked upload; `None` without a mark. A mark that cannot be read is of any dialect.
    pub(super) fn dialect(&self) -> Option<&'static Dialect> {
        let name = self.is_set.then(|| fs::read_to_string(&self.path))?;
        let known = name.ok().and_then(|name| dialect::by_name(&name));
        Some(known.unwrap_or(dialect::ALL[0]))
    }

    /// Marks the port. A mark that cannot be made is none: the upload goes on without.
    pub(super) fn set(&mut self, dialect: &'static Dialect) {
        if let (false, Some(folder)) = (self.is_set, self.path.parent()) {
            make(folder);
            self.is_set = is_own(folder) && fs::write(&self.path, dialect.name).is_ok();
        }
    }

    /// Removes the mark.
    pub(super) fn clear(&mut self) {
        if std::mem::take(&mut self.is_set) {
            // A mark that stays costs the next client two seconds.
            let _ = fs::remove_file(&self.path);
            // There may be others in it.
            let _ = self.path.parent().map(fs::remove_dir);
        }
    }
}

/// Returns the folder of the user's marks.
#[cfg(unix)]
fn folder() -> PathBuf {
    match std::env::var_os("XDG_RUNTIME_DIR").filter(|path| !path.is_empty()) {
        Some(path) => PathBuf::from(path).join("qftp"),
        None => std::env::temp_dir().join(format!("qftp-{}", user())),
    }
}

#[cfg(unix)]
fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Makes the folder, where it is not there.
#[cfg(unix)]
fn make(folder: &Path) {
    use std::os::unix::fs::DirBuilderExt as _;
    let _ = fs::DirBuilder::new().mode(0o700).create(folder); // it may be there
}

/// Returns `true` for a folder of the user's own: in one of another user there could be links.
#[cfg(unix)]
fn is_own(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::symlink_metadata(folder).is_ok_and(|there| there.is_dir() && there.uid() == user())
}

#[cfg(not(unix))]
fn folder() -> PathBuf {
    std::env::temp_dir().join("qftp")
}

#[cfg(not(unix))]
fn make(folder: &Path) {
    let _ = fs::create_dir(folder); // it may be there
}

#[cfg(not(unix))]
fn is_own(folder: &Path) -> bool {
    folder.is_dir()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::gsm::GSM;

    #[test]
    fn a_mark_is_found_by_the_next_client_and_by_no_other_port() {
        let dir = tempfile::tempdir().expect("a folder");
        let mark = |name: &str| UploadMark::in_folder(dir.path(), &OsString::from(name));
        let mut first = mark("/dev/ttyUSB2");
        assert!(first.dialect().is_none());
        first.set(&GSM);
        assert_eq!(
            mark("/dev/ttyUSB2").dialect().map(|found| found.name),
            Some("gsm")
        );
        assert!(mark("/dev/ttyUSB3").dialect().is_none());
        let mut other = mark("/dev/ttyUSB3");
        other.set(&GSM);
        first.clear();
        assert!(mark("/dev/ttyUSB2").dialect().is_none());
        other.clear();
        assert!(!dir.path().exists());
    }

    #[test]
    fn a_mark_of_an_unknown_dialect_is_one_all_the_same() {
        let dir = tempfile::tempdir().expect("a folder");
        let name = OsString::from("a");
        fs::write(dir.path().join("a"), [0xff]).expect("written");
        let mark = UploadMark::in_folder(dir.path(), &name);
        assert!(mark.dialect().is_some());
    }

    #[test]
    fn an_emulator_in_the_process_has_no_mark() {
        let emulator = PortUrl::parse("emulator://ec25").expect("a URL");
        assert!(UploadMark::of_port(&emulator).is_none());
    }
}
