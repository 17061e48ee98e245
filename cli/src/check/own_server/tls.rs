//! TLS of the server, for every version from 1.0 on: an example of a manual asks for TLS 1.0 alone (002 §3.2).
//!
//! The check is about the module's commands, so the certificate is one that proves nothing.

use std::io;
use std::net::TcpStream;
use std::sync::OnceLock;
use std::time::Duration;

use openssl::asn1::Asn1Time;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::rsa::Rsa;
use openssl::ssl::{HandshakeError, SslAcceptor, SslMethod, SslOptions, SslStream, SslVersion};
use openssl::x509::{X509Builder, X509NameBuilder};

use super::state::TICK;

pub(super) type Stream = SslStream<TcpStream>;

/// A module behind a slow network takes this long.
const HANDSHAKE: Duration = Duration::from_secs(30);

/// Speaks TLS on a socket that a module has opened.
pub(super) fn accept(socket: TcpStream) -> io::Result<Stream> {
    socket.set_read_timeout(Some(HANDSHAKE))?;
    let stream = acceptor()?
        .accept(socket)
        .map_err(|error: HandshakeError<TcpStream>| io::Error::other(error.to_string()))?;
    stream.get_ref().set_read_timeout(Some(TICK))?;
    Ok(stream)
}

/// Returns what accepts connections; its key is made once.
fn acceptor() -> io::Result<&'static SslAcceptor> {
    static ACCEPTOR: OnceLock<Result<SslAcceptor, ErrorStack>> = OnceLock::new();
    let made = ACCEPTOR.get_or_init(make);
    made.as_ref()
        .map_err(|error| io::Error::other(error.to_string()))
}

fn make() -> Result<SslAcceptor, ErrorStack> {
    let key = PKey::from_rsa(Rsa::generate(2048)?)?;
    let mut name = X509NameBuilder::new()?;
    name.append_entry_by_text("CN", "qftp check")?;
    let name = name.build();
    let mut certificate = X509Builder::new()?;
    certificate.set_version(2)?;
    certificate.set_subject_name(&name)?;
    certificate.set_issuer_name(&name)?;
    certificate.set_pubkey(&key)?;
    // A module may think that it is 1980: what it does about dates is not what is checked here.
    let begin = Asn1Time::from_str("20000101000000Z")?;
    let end = Asn1Time::from_str("20991231235959Z")?;
    certificate.set_not_before(&begin)?;
    certificate.set_not_after(&end)?;
    certificate.sign(&key, MessageDigest::sha256())?;
    let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server())?;
    acceptor.clear_options(SslOptions::NO_TLSV1 | SslOptions::NO_TLSV1_1);
    acceptor.set_min_proto_version(Some(SslVersion::TLS1))?;
    acceptor.set_cipher_list("ALL:@SECLEVEL=0")?;
    acceptor.set_private_key(&key)?;
    acceptor.set_certificate(&certificate.build())?;
    Ok(acceptor.build())
}
