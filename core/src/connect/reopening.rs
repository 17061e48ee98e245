//! A port that can be opened anew, also where its device comes back under another name.

use super::{PortUrl, Typing, open_parsed, resolved};
use crate::port::identity::PortIdentity;
use crate::port::{Port, PortError};

/// A port by its URL, and the identity of its device.
#[derive(Clone, Debug)]
pub(crate) struct ReopenablePort {
    url: String,
    parsed: PortUrl,
    identity: Option<PortIdentity>,
}

impl ReopenablePort {
    /// Opens a port by its URL, and takes note of which device it is.
    pub(crate) fn open(url: &str, typing: Typing) -> Result<(Self, Box<dyn Port>), PortError> {
        let parsed = resolved(PortUrl::parse(url)?, typing)?;
        // Before it is opened: a device that leaves in between cannot be described any more.
        let identity = parsed.device().and_then(PortIdentity::of_path);
        let port = open_parsed(url, parsed.clone())?;
        let url = url.to_owned();
        let opened = ReopenablePort {
            url,
            parsed,
            identity,
        };
        Ok((opened, port))
    }

    /// Opens it anew: where the device is now, else where it was.
    pub(crate) fn reopen(&self) -> Result<Box<dyn Port>, PortError> {
        let found = self.identity.as_ref().and_then(PortIdentity::find);
        open_parsed(&self.url, moved_to(self.parsed.clone(), found))
    }

    /// Returns the port, with the device that was found.
    pub(crate) fn parsed(&self) -> &PortUrl {
        &self.parsed
    }
}

/// Returns the URL of the same port at another path; its settings stay.
fn moved_to(url: PortUrl, found: Option<String>) -> PortUrl {
    match (url, found) {
        (PortUrl::Serial { settings, .. }, Some(path)) => PortUrl::Serial { path, settings },
        (PortUrl::Spy { port, file }, found) => {
            let port = Box::new(moved_to(*port, found));
            PortUrl::Spy { port, file }
        }
        (url, _) => url,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_moved_keeps_its_options() {
        let url = PortUrl::parse("/dev/ttyUSB2?baud=921600&rtscts=1").expect("a URL");
        let expected = PortUrl::parse("/dev/ttyUSB6?baud=921600&rtscts=1").expect("a URL");
        assert_eq!(moved_to(url.clone(), None), url);
        assert_eq!(moved_to(url, Some("/dev/ttyUSB6".into())), expected);
        let url = PortUrl::parse("spy:///dev/ttyUSB2?baud=9600&file=a").expect("a URL");
        let expected = PortUrl::parse("spy:///dev/ttyUSB6?baud=9600&file=a").expect("a URL");
        assert_eq!(url.device(), Some("/dev/ttyUSB2"));
        assert_eq!(moved_to(url, Some("/dev/ttyUSB6".into())), expected);
        let socket = PortUrl::parse("socket://h:1").expect("a URL");
        assert_eq!(moved_to(socket.clone(), Some("/dev/x".into())), socket);
    }

    #[cfg(unix)]
    #[test]
    fn a_port_without_an_identity_is_opened_by_its_name() {
        use std::os::unix::net::UnixListener;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("module.sock");
        let _listener = UnixListener::bind(&path).expect("a socket");
        let url = format!("unix://{}", path.display());
        let (reopenable, port) = ReopenablePort::open(&url, Typing::At).expect("open");
        drop(port);
        reopenable.reopen().expect("open again");
        std::fs::remove_file(&path).expect("removed");
        assert!(matches!(
            reopenable.reopen(),
            Err(PortError::Missing { .. })
        ));
    }
}
