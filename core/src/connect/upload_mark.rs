//! The mark of an upload on a port: a file that a process leaves behind when it is killed in the middle of one.
//!
//! On a line without DTR the module then stays in data mode, and takes what the next program types for payload. The next
//! client that opens the port finds the mark, and leaves data mode before it types. Without a mark it need not: the
//! silence around `+++` takes more than two seconds.
//!
//! The file has the dialect's name and, of a serial device, its speed. It lies in the user's folder for such state, which does not outlast the
//! system. Where there is no such folder, no mark is made.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};

use super::PortUrl;
use crate::dialect::{self, Dialect};

/// The mark of one port.
#[derive(Debug)]
pub(crate) struct UploadMark {
    path: PathBuf,
    is_set: bool,
    /// The speed of a serial device, in bits per second.
    baud: Option<u32>,
}

impl UploadMark {
    /// Returns the mark of a port; `None` for an emulator inside this process, which ends with it.
    pub(crate) fn of_port(port: &PortUrl) -> Option<Self> {
        let name = match port {
            PortUrl::Serial { path, settings } => {
                let mut mark = Self::of_device(path);
                mark.baud = settings.baud;
                return Some(mark);
            }
            PortUrl::Spy { port, .. } => return Self::of_port(port),
            PortUrl::Unix { path } => path.as_os_str(),
            PortUrl::Socket { address } | PortUrl::Rfc2217 { address, .. } => OsStr::new(address),
            PortUrl::Emulator { .. } | PortUrl::Replay { .. } => return None,
        };
        Some(UploadMark::in_folder(&folder(), name))
    }

    /// Returns the mark of a serial device, whatever name it is given.
    pub(super) fn of_device(path: &str) -> Self {
        let path = PathBuf::from(path);
        let path = fs::canonicalize(&path).unwrap_or(path);
        UploadMark::in_folder(&folder(), path.as_os_str())
    }

    fn in_folder(folder: &Path, name: &OsStr) -> Self {
        let name = percent_encode(name.as_encoded_bytes(), NON_ALPHANUMERIC).to_string();
        let path = folder.join(name);
        let is_set = is_own(folder) && path.is_file();
        UploadMark {
            path,
            is_set,
            baud: None,
        }
    }

    /// Returns the dialect of the marked upload; `None` without a mark. A mark that cannot be read is of any dialect.
    pub(crate) fn dialect(&self) -> Option<&'static Dialect> {
        let known = self.read()?.split(' ').next().and_then(dialect::by_name);
        Some(known.unwrap_or(dialect::ALL[0]))
    }

    /// Returns the speed of the marked upload, in bits per second, if its port has one.
    pub(super) fn marked_baud(&self) -> Option<u32> {
        self.read()?.split(' ').nth(1)?.parse().ok()
    }

    /// Returns what the mark says: nothing where it cannot be read; `None` without a mark.
    fn read(&self) -> Option<String> {
        self.is_set
            .then(|| fs::read_to_string(&self.path).unwrap_or_default())
    }

    /// Marks the port. A mark that cannot be made is none: the upload goes on without.
    pub(crate) fn set(&mut self, dialect: &'static Dialect) {
        if let (false, Some(folder)) = (self.is_set, self.path.parent()) {
            make(folder);
            let text = match self.baud {
                Some(baud) => format!("{} {baud}", dialect.name),
                None => dialect.name.to_owned(),
            };
            self.is_set = is_own(folder) && fs::write(&self.path, text).is_ok();
        }
    }

    /// Removes the mark.
    pub(crate) fn clear(&mut self) {
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
        let mark = |name: &str| UploadMark::in_folder(dir.path(), OsStr::new(name));
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
        let mark = || UploadMark::in_folder(dir.path(), OsStr::new("a"));
        for text in [&[0xff][..], b"", b"gsm", b"other 9600", b"gsm fast"] {
            fs::write(dir.path().join("a"), text).expect("written");
            assert!(mark().dialect().is_some());
            let expected = text.ends_with(b"9600").then_some(9600);
            assert_eq!(mark().marked_baud(), expected);
        }
    }

    #[test]
    fn a_mark_has_the_speed_of_its_device() {
        let dir = tempfile::tempdir().expect("a folder");
        let mark = || UploadMark::in_folder(dir.path(), OsStr::new("/dev/ttyS0"));
        let mut set = mark();
        set.baud = Some(921_600);
        set.set(&GSM);
        assert_eq!(mark().marked_baud(), Some(921_600));
        assert_eq!(mark().dialect().map(|found| found.name), Some("gsm"));
        set.clear();
        assert_eq!(mark().marked_baud(), None);
    }

    #[test]
    fn an_emulator_in_the_process_has_no_mark() {
        let emulator = PortUrl::parse("emulator://ec25").expect("a URL");
        assert!(UploadMark::of_port(&emulator).is_none());
    }
}
