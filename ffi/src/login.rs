//! Where and as whom to log in, as C gives it.

use std::ffi::{c_char, c_int};

use qftp::host::{DataAddress, Login, Tls, TlsMode};

use crate::convert;
use crate::error::Fault;
use crate::versioned_struct::{self, Sized32};

/// When TLS begins.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum qftp_tls_mode {
    /// Never: account and files go in clear.
    QFTP_TLS_NONE = 0,
    /// As soon as the control connection is open; servers listen for it on port 990.
    QFTP_TLS_IMPLICIT = 1,
    /// After AUTH TLS, before the account is sent.
    QFTP_TLS_EXPLICIT = 2,
}

/// Which address the module's data connections go to in passive mode.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum qftp_data_address {
    /// As the module is set; the server's at first.
    QFTP_DATA_ADDRESS_AS_SET = 0,
    /// The one that the server names in its reply to PASV.
    QFTP_DATA_ADDRESS_SERVER = 1,
    /// The one that the control connection goes to: for a server behind a NAT that names a private address.
    QFTP_DATA_ADDRESS_PEER = 2,
    /// The control connection's; the server's when that has not connected within data_timeout_ms.
    QFTP_DATA_ADDRESS_PEER_THEN_SERVER = 3,
}

/// Where and as whom to log in. Set size first (QFTP_INIT); host, user and password must be given, 0 and NULL are the
/// defaults of the rest.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct qftp_login_options {
    /// sizeof(qftp_login_options), set by the program.
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
    /// Not 0: the module listens for data connections (active mode). 0: the server does (passive mode).
    pub active: c_int,
    /// How long the module waits for the server, 20000 to 180000 ms, in whole seconds; 0 is 90000.
    pub response_timeout_ms: u32,
    /// Not used, 0.
    pub reserved: u32,
    /// When TLS begins, a qftp_tls_mode; 0 is never. A module that cannot is QFTP_ERR_UNSUPPORTED, and nothing was sent.
    pub tls: u32,
    /// Not 0: do not verify the server's certificate; anybody on the way can read and change everything then. It is
    /// told to on_log, or as QFTP_EVENT_WARNING. 0: it is verified by tls_ca, which must be given.
    pub tls_insecure: c_int,
    /// Not 0: accept certificates whatever their dates say, for a module whose clock is not set.
    pub tls_ignore_dates: c_int,
    /// The module's SSL context, 1 to 5, whose settings the login overwrites; 0 is 5.
    pub tls_context: u32,
    /// Certificate of the authority that issued the server's, the text of a PEM file. It goes into the module's flash.
    pub tls_ca: *const c_char,
    /// Certificate to show to a server that asks for one, the same; NULL is none.
    pub tls_cert: *const c_char,
    /// Its key, not encrypted; NULL is none. No log and no error shows it.
    pub tls_key: *const c_char,
    /// Where data connections go, a qftp_data_address. A module that cannot is QFTP_ERR_UNSUPPORTED, and nothing was
    /// sent.
    pub data_address: u32,
    /// For QFTP_DATA_ADDRESS_PEER_THEN_SERVER: how long the control connection's address is tried, 15000 to 50000 ms,
    /// in whole seconds; 0 is 25000.
    pub data_timeout_ms: u32,
}

// SAFETY: integers, and pointers that are followed by the rules of the header alone; the size first.
unsafe impl Sized32 for qftp_login_options {}

impl qftp_login_options {
    /// # Safety
    ///
    /// The pointers are as the header says.
    pub(crate) unsafe fn read(login: *const Self) -> Result<Login, Fault> {
        convert::required(login.cast_mut(), "login")?;
        // SAFETY: by the contract above.
        unsafe {
            let given = versioned_struct::read(login, "login")?;
            let host = convert::bytes(given.host, "login.host")?;
            let user = convert::bytes(given.user, "login.user")?;
            let password = convert::bytes(given.password, "login.password")?;
            let mut login = Login::new(host, user, password);
            login.apn = convert::optional(given.apn).map(<[u8]>::to_vec);
            login.passive = given.active == 0;
            if let Some(tls) = tls(&given)? {
                login = login.over(tls);
            }
            login.port = or(given.port, login.port, "login.port")?;
            login.context = or(given.context, login.context, "login.context")?;
            let seconds = given.response_timeout_ms.div_ceil(1000);
            let name = "login.response_timeout_ms";
            login.response_timeout_s = or(seconds, login.response_timeout_s, name)?;
            login.data_address = data_address(&given)?;
            Ok(login)
        }
    }
}

/// Where data connections go, if it is asked for.
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

/// TLS, if it is asked for. What is given for TLS without asking for it would go in clear, and is refused.
unsafe fn tls(given: &qftp_login_options) -> Result<Option<Tls>, Fault> {
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
    // SAFETY: the pointers are as the header says.
    let file = |text| unsafe { convert::optional(text) }.map(<[u8]>::to_vec);
    let tls = Tls {
        verify: given.tls_insecure == 0,
        check_dates: given.tls_ignore_dates == 0,
        ca: file(given.tls_ca),
        certificate: file(given.tls_cert),
        key: file(given.tls_key),
        ..Tls::new(mode)
    };
    Ok(Some(Tls {
        context: or(given.tls_context, tls.context, "login.tls_context")?,
        ..tls
    }))
}

/// A number that was given, or the default for 0.
fn or<T: TryFrom<u32>>(given: u32, default: T, name: &str) -> Result<T, Fault> {
    if given == 0 {
        return Ok(default);
    }
    T::try_from(given).map_err(|_| Fault::argument(format!("{name} is too large")))
}
