//! Where and as whom to log in, as C gives it.

use std::ffi::{c_char, c_int};

use qftp::host::Login;

use crate::fault::Fault;
use crate::sized::{self, Sized32};
use crate::text;

/// Where and as whom to log in. Set size first (QFTP_INIT); host, user and password must be given, 0 and NULL are the
/// defaults of the rest.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct qftp_login_options {
    /// sizeof(qftp_login_options), set by the program.
    pub size: u32,
    /// Port of the server; 0 is 21.
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
}

// SAFETY: integers, and pointers that are followed by the rules of the header alone; the size first.
unsafe impl Sized32 for qftp_login_options {}

impl qftp_login_options {
    /// # Safety
    ///
    /// The pointers are as the header says.
    pub(crate) unsafe fn read(login: *const Self) -> Result<Login, Fault> {
        text::required(login.cast_mut(), "login")?;
        // SAFETY: by the contract above.
        unsafe {
            let given = sized::read(login, "login")?;
            let host = text::bytes(given.host, "login.host")?;
            let user = text::bytes(given.user, "login.user")?;
            let password = text::bytes(given.password, "login.password")?;
            let mut login = Login::new(host, user, password);
            login.apn = text::optional(given.apn).map(<[u8]>::to_vec);
            login.passive = given.active == 0;
            login.port = or(given.port, login.port, "login.port")?;
            login.context = or(given.context, login.context, "login.context")?;
            let seconds = given.response_timeout_ms.div_ceil(1000);
            let name = "login.response_timeout_ms";
            login.response_timeout_s = or(seconds, login.response_timeout_s, name)?;
            Ok(login)
        }
    }
}

/// A number that was given, or the default for 0.
fn or<T: TryFrom<u32>>(given: u32, default: T, name: &str) -> Result<T, Fault> {
    if given == 0 {
        return Ok(default);
    }
    T::try_from(given).map_err(|_| Fault::argument(format!("{name} is too large")))
}
