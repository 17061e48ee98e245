//! The TLS settings of a session: certificates and keys come from the files of the module.

use super::driver::ModuleDriver;
#[cfg(feature = "tls")]
use super::store::FileStore;
#[cfg(feature = "tls")]
use crate::module::tls::Pem;
use crate::module::tls::Secure;

/// More than any certificate or bundle of them has.
#[cfg(feature = "tls")]
const PEM_LIMIT: u64 = 1 << 20;

impl ModuleDriver {
    /// Uses these settings in the session that opens next.
    #[cfg(feature = "tls")]
    pub(super) fn set_tls(&mut self, secure: Secure) {
        self.relief.before_blocking();
        let read = secure.try_map(|pem| read_pem(&self.store, pem));
        match read.and_then(|settings| super::tls::TlsContext::new(&settings)) {
            Ok(context) => {
                self.session.set_tls(context);
                self.no_tls = None;
            }
            Err(why) => self.no_tls = Some(why),
        }
    }

    /// Keeps the reason why there is no TLS.
    #[cfg(not(feature = "tls"))]
    pub(super) fn set_tls(&mut self, _: Secure) {
        self.no_tls = Some("TLS was left out when this module was built".to_owned());
    }
}

/// Reads a certificate or key from a folder or from memory.
#[cfg(feature = "tls")]
fn read_pem(store: &FileStore, pem: Pem) -> Result<Vec<u8>, String> {
    use std::io::Read as _;

    let name = match pem {
        Pem::Bytes(bytes) => return Ok(bytes),
        Pem::File(name) => name,
    };
    let of_file = |why: String| {
        let name = name.printed(true);
        format!("{}: {why}", name.escape_ascii())
    };
    let source = store
        .open_source(&name, 0)
        .map_err(|error| of_file(error.to_string()))?;
    let mut bytes = Vec::new();
    source
        .take(PEM_LIMIT + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| of_file(error.to_string()))?;
    if bytes.len() as u64 > PEM_LIMIT {
        return Err(of_file(format!("it has more than {PEM_LIMIT} bytes")));
    }
    Ok(bytes)
}
