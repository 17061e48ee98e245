//! Where the module connects for data, as a login asks for it (002 and 004 §2.1 `data_address`).

use super::operation::unsupported;
use super::{HostError, Login};
use crate::dialect::{Dialect, SettingKind, Value};

/// Which address the module's data connections go to in passive mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataAddress {
    /// The one that the server names in its reply to PASV.
    Server,
    /// The one that the control connection goes to: for a server that names a private address.
    Peer,
    /// The control connection's; the server's when that has not connected.
    PeerThenServer {
        /// How long the first may take, 15 to 50 seconds.
        after_s: u8,
    },
}

impl DataAddress {
    /// What modules wait in [`DataAddress::PeerThenServer`] unless they are told otherwise, in seconds (002 §2.1).
    pub const AFTER_S: u8 = 25;

    /// `data_address_type`, and `data_timeout` with it.
    pub(super) fn values(self) -> (u64, Option<u64>) {
        match self {
            DataAddress::Server => (0, None),
            DataAddress::Peer => (1, None),
            DataAddress::PeerThenServer { after_s } => (2, Some(after_s.into())),
        }
    }

    /// What it is called where the dialect cannot do it.
    fn operation(self) -> &'static str {
        match self {
            DataAddress::Server => "data address server",
            DataAddress::Peer => "data address peer",
            DataAddress::PeerThenServer { .. } => "data address peer-then-server",
        }
    }
}

/// Refuses what the dialect has no value for.
pub(super) fn check(dialect: &'static Dialect, login: &Login) -> Result<(), HostError> {
    let Some(wanted) = login.data_address else {
        return Ok(());
    };
    let (address, _) = wanted.values();
    let setting = dialect.setting(SettingKind::DataAddress);
    if setting.is_some_and(|setting| setting.takes(Value::Integer(address))) {
        Ok(())
    } else {
        Err(unsupported(dialect, wanted.operation()))
    }
}
