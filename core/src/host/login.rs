//! The login that a user asks for.

use alloc::vec::Vec;

use zeroize::Zeroize as _;

use super::data_address::DataAddress;
use super::tls::Tls;

/// A login: server, account and PDP context.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Login {
    /// Name or address of the server.
    pub host: Vec<u8>,
    /// Its port.
    pub port: u16,
    /// User name.
    pub user: Vec<u8>,
    /// Password. No log, trace or error shows it.
    pub password: Vec<u8>,
    /// Access point; `None` leaves the context as it is set.
    pub apn: Option<Vec<u8>>,
    /// Account at the access point, where `apn` is set.
    pub apn_account: Option<ApnAccount>,
    /// PDP context, 1 to 16.
    pub context: u8,
    /// `true` for passive mode, where the server listens for data connections; `false` for active mode.
    pub passive: bool,
    /// `rsptimeout`, 20 to 180 seconds (002 §2.1). A login also waits so long for a command that another program left
    /// running in the module.
    pub response_timeout_s: u8,
    /// Address of data connections in passive mode; `None` leaves the module as it is set, which is the server's
    /// address at first. For a server behind a NAT that names a private address, use [`DataAddress::Peer`].
    pub data_address: Option<DataAddress>,
    /// TLS; `None` sends account and files in clear.
    pub tls: Option<Tls>,
}

/// Kind of check by which an access point admits a user, as `AT+QICSGP` and `AT+MIPCALL` number it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ApnAuthentication {
    /// The password in clear.
    Pap = 1,
    /// A challenge.
    Chap = 2,
    /// The one that the network takes.
    #[default]
    PapOrChap = 3,
}

/// Account at an access point.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApnAccount {
    /// User name.
    pub user: Vec<u8>,
    /// Password. No log, trace or error shows it.
    pub password: Vec<u8>,
    /// Kind of check by which the access point admits the user.
    pub authentication: ApnAuthentication,
}

impl ApnAccount {
    /// Makes an account.
    pub fn new(
        user: impl Into<Vec<u8>>,
        password: impl Into<Vec<u8>>,
        authentication: ApnAuthentication,
    ) -> Self {
        ApnAccount {
            user: user.into(),
            password: password.into(),
            authentication,
        }
    }
}

/// Wipes the password.
impl Drop for ApnAccount {
    fn drop(&mut self) {
        self.password.zeroize();
    }
}

impl core::fmt::Debug for ApnAccount {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "ApnAccount({})", self.user.escape_ascii())
    }
}

impl Login {
    /// Returns user, password and number of the authentication at the access point; empty and 0 for none.
    pub(crate) fn apn_values(&self) -> (&[u8], &[u8], u64) {
        match &self.apn_account {
            Some(account) => (
                &account.user,
                &account.password,
                account.authentication as u64,
            ),
            None => (b"", b"", 0),
        }
    }

    /// Makes a login in passive mode without TLS: port 21, context 1, 90 seconds, access point and data address as they
    /// are set.
    pub fn new(
        host: impl Into<Vec<u8>>,
        user: impl Into<Vec<u8>>,
        password: impl Into<Vec<u8>>,
    ) -> Self {
        Login {
            host: host.into(),
            port: 21,
            user: user.into(),
            password: password.into(),
            apn: None,
            apn_account: None,
            context: 1,
            passive: true,
            response_timeout_s: 90,
            data_address: None,
            tls: None,
        }
    }

    /// Adds TLS and sets its port: 990 for implicit TLS, 21 for explicit. For another port, set `port` afterwards.
    #[must_use]
    pub fn over(mut self, tls: Tls) -> Self {
        self.port = tls.mode.default_port();
        self.tls = Some(tls);
        self
    }
}

/// Wipes the password.
impl Drop for Login {
    fn drop(&mut self) {
        self.password.zeroize();
    }
}

impl core::fmt::Debug for Login {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "Login({}@{}:{})",
            self.user.escape_ascii(),
            self.host.escape_ascii(),
            self.port
        )
    }
}
