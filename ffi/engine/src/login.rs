//! Server, account and settings of a login, as C gives them.

use alloc::format;
use core::ffi::{c_char, c_int};

use qftp::host::{ApnAccount, ApnAuthentication, DataAddress, Login, Tls, TlsMode};

use crate::error::Fault;
use crate::ptr::{optional_text, text};
use crate::versioned_struct::Sized32;

/// Start of TLS.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum qftp_tls_mode {
    /// No TLS: account and files go in clear.
    QFTP_TLS_NONE = 0,
    /// TLS as soon as the control connection is open; servers listen for it on port 990.
    QFTP_TLS_IMPLICIT = 1,
    /// TLS after AUTH TLS, before the account is sent.
    QFTP_TLS_EXPLICIT = 2,
}

/// Address that the module's data connections go to in passive mode.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum qftp_data_address {
    /// The address that the module is set to; the server's at first.
    QFTP_DATA_ADDRESS_AS_SET = 0,
    /// The address that the server names in its reply to PASV.
    QFTP_DATA_ADDRESS_SERVER = 1,
    /// The address of the control connection: for a server behind a NAT that names a private address.
    QFTP_DATA_ADDRESS_PEER = 2,
    /// The control connection's; the server's when that has not connected within data_timeout_ms.
    QFTP_DATA_ADDRESS_PEER_THEN_SERVER = 3,
}

/// Kind of check by which an access point admits a user.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum qftp_apn_authentication {
    /// PAP or CHAP, the one that the network takes.
    QFTP_APN_PAP_OR_CHAP = 0,
    /// PAP: the password in clear.
    QFTP_APN_PAP = 1,
    /// CHAP: a challenge.
    QFTP_APN_CHAP = 2,
}

/// Server, account and settings of a login. Set them up by QFTP_INIT; host, user and password must be given, 0 and NULL
/// are the defaults of the rest.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct qftp_login_options {
    /// sizeof(qftp_login_options), set by QFTP_INIT.
    pub size: u32,
    /// Port of the server; 0 is 21, and 990 for implicit TLS.
    pub port: u32,
    /// Name or address of the server.
    pub host: *const c_char,
    /// User name.
    pub user: *const c_char,
    /// Password. No log and no error shows it.
    pub password: *const c_char,
    /// Access point of the PDP context; NULL leaves it as it is set.
    pub apn: *const c_char,
    /// PDP context, 1 to 16; 0 is 1.
    pub context: u32,
    /// 1: the module listens for data connections (active mode). 0: the server does (passive mode).
    pub active: c_int,
    /// Time that the module waits for the server, 20000 to 180000 ms, in whole seconds; 0 is 90000.
    pub response_timeout_ms: u32,
    /// Not used, 0.
    pub reserved: u32,
    /// Start of TLS, a qftp_tls_mode; 0 is no TLS. A module without it gives QFTP_ERR_UNSUPPORTED, and nothing is sent.
    pub tls: u32,
    /// 1: do not verify the server's certificate; anyone on the way can read and change everything then. The library
    /// warns of it by on_log or QFTP_EVENT_WARNING. 0: verify it by tls_ca, which must be given.
    pub tls_insecure: c_int,
    /// 1: accept certificates whatever their dates say, for a module whose clock is not set.
    pub tls_ignore_dates: c_int,
    /// SSL context of the module, 1 to 5; the login overwrites its settings. 0 is 5.
    pub tls_context: u32,
    /// Certificate of the authority that issued the server's, the text of a PEM file. It goes into the module's flash.
    pub tls_ca: *const c_char,
    /// Certificate to show to a server that asks for one, the text of a PEM file; NULL is none.
    pub tls_cert: *const c_char,
    /// Key of tls_cert, not encrypted; NULL is none. No log and no error shows it.
    pub tls_key: *const c_char,
    /// Address of data connections, a qftp_data_address. A module without the choice gives QFTP_ERR_UNSUPPORTED, and
    /// nothing is sent.
    pub data_address: u32,
    /// For QFTP_DATA_ADDRESS_PEER_THEN_SERVER: time to try the control connection's address, 15000 to 50000 ms, in
    /// whole seconds; 0 is 25000.
    pub data_timeout_ms: u32,
    /// User name at the access point `apn`; NULL for one without an account.
    pub apn_user: *const c_char,
    /// Password of apn_user; NULL is none. No log and no error shows it.
    pub apn_password: *const c_char,
    /// Kind of check for apn_user, a qftp_apn_authentication.
    pub apn_authentication: u32,
    /// Not used, 0.
    pub apn_reserved: u32,
}

// SAFETY: integers, and pointers that are followed by the rules of the header alone; the size first.
unsafe impl Sized32 for qftp_login_options {}

impl qftp_login_options {
    /// Converts the options to those of the host engine.
    pub fn to_login(self) -> Result<Login, Fault> {
        let host = text!(self.host, "login.host")?;
        let user = text!(self.user, "login.user")?;
        let password = text!(self.password, "login.password")?;
        let mut login = Login::new(host, user, password);
        login.apn = optional_text!(self.apn).map(<[u8]>::to_vec);
        login.apn_account = apn_account(&self)?;
        login.passive = self.active == 0;
        if let Some(tls) = tls(&self)? {
            login = login.over(tls);
        }
        login.port = or(self.port, login.port, "login.port")?;
        login.context = or(self.context, login.context, "login.context")?;
        let seconds = self.response_timeout_ms.div_ceil(1000);
        let name = "login.response_timeout_ms";
        login.response_timeout_s = or(seconds, login.response_timeout_s, name)?;
        login.data_address = data_address(&self)?;
        Ok(login)
    }
}

/// Returns the account at the access point, if there is one.
fn apn_account(given: &qftp_login_options) -> Result<Option<ApnAccount>, Fault> {
    let authentication = match given.apn_authentication {
        0 => ApnAuthentication::PapOrChap,
        1 => ApnAuthentication::Pap,
        2 => ApnAuthentication::Chap,
        other => {
            return Err(Fault::argument(format!(
                "login.apn_authentication is {other}, no qftp_apn_authentication"
            )));
        }
    };
    let Some(user) = optional_text!(given.apn_user) else {
        if !given.apn_password.is_null() || given.apn_authentication != 0 {
            let message = "login.apn_password and login.apn_authentication are for login.apn_user";
            return Err(Fault::argument(message));
        }
        return Ok(None);
    };
    if given.apn.is_null() {
        return Err(Fault::argument(
            "login.apn_user is for an access point, login.apn",
        ));
    }
    let password = optional_text!(given.apn_password).unwrap_or_default();
    Ok(Some(ApnAccount::new(user, password, authentication)))
}

/// Returns where data connections go, if it is asked for.
fn data_address(given: &qftp_login_options) -> Result<Option<DataAddress>, Fault> {
    let seconds = given.data_timeout_ms.div_ceil(1000);
    match given.data_address {
        3 => Ok(Some(DataAddress::PeerThenServer {
            after_s: or(seconds, DataAddress::AFTER_S, "login.data_timeout_ms")?,
        })),
        0..=2 if seconds != 0 => Err(Fault::argument(
            "login.data_timeout_ms is for QFTP_DATA_ADDRESS_PEER_THEN_SERVER",
        )),
        0 => Ok(None),
        1 => Ok(Some(DataAddress::Server)),
        2 => Ok(Some(DataAddress::Peer)),
        other => Err(Fault::argument(format!(
            "login.data_address is {other}, no qftp_data_address"
        ))),
    }
}

/// Returns how TLS is used, if it is asked for. Settings of TLS without TLS would go in clear, and are refused.
fn tls(given: &qftp_login_options) -> Result<Option<Tls>, Fault> {
    let mode = match given.tls {
        0 => {
            let files = [given.tls_ca, given.tls_cert, given.tls_key];
            let numbers = [given.tls_insecure, given.tls_ignore_dates];
            if files.iter().any(|file| !file.is_null()) || numbers.iter().any(|number| *number != 0)
            {
                let message = "login.tls_* are given, and login.tls is QFTP_TLS_NONE";
                return Err(Fault::argument(message));
            }
            return Ok(None);
        }
        1 => TlsMode::Implicit,
        2 => TlsMode::Explicit,
        other => {
            return Err(Fault::argument(format!(
                "login.tls is {other}, no qftp_tls_mode"
            )));
        }
    };
    let file = |text: *const c_char| optional_text!(text).map(<[u8]>::to_vec);
    let mut tls = Tls::new(mode);
    tls.verify = given.tls_insecure == 0;
    tls.check_dates = given.tls_ignore_dates == 0;
    tls.ca = file(given.tls_ca);
    tls.certificate = file(given.tls_cert);
    tls.key = file(given.tls_key);
    tls.context = or(given.tls_context, tls.context, "login.tls_context")?;
    Ok(Some(tls))
}

/// Returns a number that was given, or the default for 0.
fn or<T: TryFrom<u32>>(given: u32, default: T, name: &str) -> Result<T, Fault> {
    if given == 0 {
        return Ok(default);
    }
    T::try_from(given).map_err(|_| Fault::argument(format!("{name} is too large")))
}
