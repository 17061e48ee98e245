//! TLS of the emulator, by OpenSSL: a context as the module's commands ask for it, and a connection in it.
//!
//! Data connections take up the session of the control connection, as vsftpd and ProFTPD require. It is offered as it
//! stands there, again and again. With a session cache, or told of each new session, OpenSSL takes the tickets of TLS
//! 1.3 for used after one use, and ProFTPD hands out no others.

use std::error::Error as _;
use std::fmt;
use std::io::{self, ErrorKind};
use std::time::Duration;

use mio::net::TcpStream;
use openssl::error::ErrorStack;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{
    Error, ErrorCode, Ssl, SslContext, SslContextBuilder, SslMethod, SslMode, SslRef, SslSession,
    SslSessionCacheMode, SslStream, SslVerifyMode, SslVersion,
};
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::verify::{X509CheckFlags, X509VerifyFlags};
use openssl::x509::{X509, X509VerifyResult};

use super::resolve::parse_address;
use super::tls_failure::TlsFailure;
use crate::ftp::FailureKind;
use crate::module::tls::{ClientIdentity, Secure, TlsVersion};

/// `SSL_R_UNEXPECTED_EOF_WHILE_READING`: how OpenSSL 3 tells of an end without close_notify.
const UNEXPECTED_END: i32 = 294;
/// `SSL_R_WRONG_VERSION_NUMBER`: what it makes of plain text.
const WRONG_VERSION: i32 = 267;
/// All suites, and all sizes of keys: the modules speak with servers of their own age.
const ANY_CIPHER: &str = "DEFAULT@SECLEVEL=0";

/// The TLS settings of a session.
pub(super) struct TlsContext {
    openssl: SslContext,
    server_name: bool,
    pub(super) patience: Duration,
}

impl fmt::Debug for TlsContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsContext")
            .field("server_name", &self.server_name)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}

impl TlsContext {
    /// Makes a context from settings that hold certificates and keys as bytes; `Err` says in words what is wrong.
    pub(super) fn new(settings: &Secure<Vec<u8>>) -> Result<Self, String> {
        let mut builder = SslContextBuilder::new(SslMethod::tls_client()).map_err(in_words)?;
        builder.set_mode(SslMode::ENABLE_PARTIAL_WRITE | SslMode::ACCEPT_MOVING_WRITE_BUFFER);
        builder.set_session_cache_mode(SslSessionCacheMode::OFF);
        builder.set_cipher_list(ANY_CIPHER).map_err(in_words)?;
        limit_version(&mut builder, settings.version)?;
        builder.set_verify(SslVerifyMode::NONE);
        if let Some(authority) = &settings.authority {
            trust(&mut builder, authority)?;
        }
        let time = settings.time.map(|time| time.as_secs().try_into());
        if settings.ignore_time {
            builder
                .verify_param_mut()
                .set_flags(X509VerifyFlags::NO_CHECK_TIME)
                .map_err(in_words)?;
        } else if let Some(Ok(time)) = time {
            // The module's clock counts, not the one of this machine. OpenSSL checks a time that is set, whatever the flag.
            builder.verify_param_mut().set_time(time);
        }
        if let Some(identity) = &settings.identity {
            identify(&mut builder, identity)?;
        }
        if let Some(number) = settings.cipher {
            limit_cipher(&mut builder, settings.version, number)?;
        }
        Ok(TlsContext {
            openssl: builder.build(),
            server_name: settings.server_name,
            patience: settings.timeout,
        })
    }
}

fn limit_version(builder: &mut SslContextBuilder, version: TlsVersion) -> Result<(), String> {
    let (least, most) = match version {
        TlsVersion::Ssl3 => return Err("SSL 3.0 is not spoken".to_owned()),
        TlsVersion::Tls1 => (SslVersion::TLS1, Some(SslVersion::TLS1)),
        TlsVersion::Tls1_1 => (SslVersion::TLS1_1, Some(SslVersion::TLS1_1)),
        TlsVersion::Tls1_2 => (SslVersion::TLS1_2, Some(SslVersion::TLS1_2)),
        TlsVersion::Any => (SslVersion::TLS1, None),
    };
    builder
        .set_min_proto_version(Some(least))
        .and_then(|()| builder.set_max_proto_version(most))
        .map_err(in_words)
}

/// Allows the suite of this number alone, in the versions that have it.
fn limit_cipher(
    builder: &mut SslContextBuilder,
    version: TlsVersion,
    number: u16,
) -> Result<(), String> {
    let unknown = |_: ErrorStack| format!("OpenSSL has no cipher suite 0X{number:04X}");
    let (name, of_tls13) = cipher(number).map_err(unknown)?;
    match (of_tls13, version) {
        (true, TlsVersion::Any) => builder
            .set_min_proto_version(Some(SslVersion::TLS1_3))
            .and_then(|()| builder.set_ciphersuites(name))
            .map_err(unknown),
        (true, _) => Err(format!("cipher suite 0X{number:04X} needs TLS 1.3")),
        (false, TlsVersion::Any) => builder
            .set_max_proto_version(Some(SslVersion::TLS1_2))
            .and_then(|()| builder.set_cipher_list(&format!("{name}@SECLEVEL=0")))
            .map_err(unknown),
        (false, _) => builder
            .set_cipher_list(&format!("{name}@SECLEVEL=0"))
            .map_err(unknown),
    }
}

/// Returns OpenSSL's name of a suite, and whether it is one of TLS 1.3.
fn cipher(number: u16) -> Result<(&'static str, bool), ErrorStack> {
    let context = SslContextBuilder::new(SslMethod::tls_client())?.build();
    let found = Ssl::new(&context)?.bytes_to_cipher_list(&number.to_be_bytes(), false)?;
    let found = found.suites.get(0).ok_or_else(ErrorStack::get)?;
    Ok((found.name(), found.version() == "TLSv1.3"))
}

/// Accepts only certificates that these authorities signed.
fn trust(builder: &mut SslContextBuilder, authorities: &[u8]) -> Result<(), String> {
    let wrong = |why: String| format!("the CA certificate cannot be used: {why}");
    let mut store = X509StoreBuilder::new().map_err(in_words)?;
    for authority in certificates(authorities).map_err(wrong)? {
        store.add_cert(authority).map_err(in_words).map_err(wrong)?;
    }
    builder.set_cert_store(store.build());
    builder.set_verify(SslVerifyMode::PEER);
    // An authority need not be a root, and a server's own certificate is good for that server.
    let flags = X509VerifyFlags::PARTIAL_CHAIN;
    builder
        .verify_param_mut()
        .set_flags(flags)
        .map_err(in_words)
}

/// Sets our certificate.
fn identify(
    builder: &mut SslContextBuilder,
    identity: &ClientIdentity<Vec<u8>>,
) -> Result<(), String> {
    let wrong = |why: String| format!("the client certificate cannot be used: {why}");
    let mut chain = certificates(&identity.certificate)
        .map_err(wrong)?
        .into_iter();
    let ours = chain.next().ok_or_else(|| wrong(NO_PEM.to_owned()))?;
    let key = key(&identity.key).map_err(|why| format!("the client key cannot be used: {why}"))?;
    builder
        .set_certificate(&ours)
        .and_then(|()| chain.try_for_each(|above| builder.add_extra_chain_cert(above)))
        .map_err(in_words)
        .map_err(wrong)?;
    builder
        .set_private_key(&key)
        .and_then(|()| builder.check_private_key())
        .map_err(|_| "the client key does not belong to the client certificate".to_owned())
}

const NO_PEM: &str = "there is none in the file";
/// OpenSSL would ask at the terminal for the password of such a file.
const ENCRYPTED: &str = "it is encrypted";

fn certificates(pem: &[u8]) -> Result<Vec<X509>, String> {
    if is_encrypted(pem) {
        return Err(ENCRYPTED.to_owned());
    }
    let found = X509::stack_from_pem(pem).map_err(in_words)?;
    if found.is_empty() {
        return Err(NO_PEM.to_owned());
    }
    Ok(found)
}

fn key(pem: &[u8]) -> Result<PKey<Private>, String> {
    if is_encrypted(pem) {
        return Err(ENCRYPTED.to_owned());
    }
    PKey::private_key_from_pem_callback(pem, |_| Ok(0)).map_err(|_| NO_PEM.to_owned())
}

fn is_encrypted(pem: &[u8]) -> bool {
    memchr::memmem::find(pem, b"ENCRYPTED").is_some()
}

/// A session that may be taken up: a copy, so that a connection that breaks does not spoil it for the others.
pub(super) struct Ticket {
    session: SslSession,
    /// The context of the connection that the session is from.
    context: SslContext,
}

/// One connection.
#[derive(Debug)]
pub(super) struct TlsStream {
    stream: SslStream<TcpStream>,
    begun: bool,
}

impl TlsStream {
    /// Creates TLS with this server, in the session of another connection with it.
    pub(super) fn new(
        context: &TlsContext,
        host: &[u8],
        ticket: Option<&Ticket>,
        socket: TcpStream,
    ) -> Result<Self, TlsFailure> {
        let set_up = |why: ErrorStack| TlsFailure::new(FailureKind::TlsSetup, in_words(why));
        let mut ssl = Ssl::new(&context.openssl).map_err(set_up)?;
        ssl.set_connect_state();
        name_server(&mut ssl, context, host).map_err(set_up)?;
        if let Some(ticket) = ticket {
            take_up(&mut ssl, ticket).map_err(set_up)?;
        }
        Ok(TlsStream {
            stream: SslStream::new(ssl, socket).map_err(set_up)?,
            begun: false,
        })
    }

    /// Goes on with the handshake; whether it is over.
    pub(super) fn shake_hands(&mut self) -> Result<bool, TlsFailure> {
        match self.stream.do_handshake() {
            Ok(()) => {
                self.begun = true;
                Ok(true)
            }
            Err(error) if is_wait(&error) => Ok(false),
            Err(error) => Err(self.handshake_failure(&error)),
        }
    }

    fn handshake_failure(&self, error: &Error) -> TlsFailure {
        let verified = self.stream.ssl().verify_result();
        let checked = self
            .stream
            .ssl()
            .verify_mode()
            .contains(SslVerifyMode::PEER);
        if checked && verified != X509VerifyResult::OK {
            return TlsFailure::new(FailureKind::Certificate, verified.error_string().to_owned());
        }
        let why = if is_end(error) || is_broken(error) {
            "the server hung up in the handshake".to_owned()
        } else if has_reason(error, WRONG_VERSION) {
            "the server does not speak TLS, or not this version".to_owned()
        } else {
            words_of(error)
        };
        TlsFailure::new(FailureKind::Tls, why)
    }

    /// Reads bytes; 0 is the end. An end without close_notify counts as well: the server's reply tells if all has come,
    /// as without TLS.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.stream.ssl_read(buffer) {
            Ok(count) => Ok(count),
            Err(error) if error.code() == ErrorCode::ZERO_RETURN || is_end(&error) => Ok(0),
            Err(error) => Err(on_wire(error)),
        }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.ssl_write(bytes).map_err(on_wire)
    }

    /// Sends close_notify.
    pub(super) fn say_end(&mut self) -> io::Result<()> {
        if !self.begun {
            return Ok(());
        }
        self.stream.shutdown().map(drop).map_err(on_wire)
    }

    /// Returns the session for other connections in the same context.
    pub(super) fn ticket(&self) -> Option<Ticket> {
        let session = self.stream.ssl().session()?.to_der().ok()?;
        Some(Ticket {
            session: SslSession::from_der(&session).ok()?,
            context: self.stream.ssl().ssl_context().to_owned(),
        })
    }

    pub(super) fn socket(&self) -> &TcpStream {
        self.stream.get_ref()
    }

    pub(super) fn socket_mut(&mut self) -> &mut TcpStream {
        self.stream.get_mut()
    }
}

/// Sets the name that is asked for, and that has to stand in the certificate where that is checked.
fn name_server(ssl: &mut SslRef, context: &TlsContext, host: &[u8]) -> Result<(), ErrorStack> {
    let host = String::from_utf8_lossy(host);
    let checked = ssl.verify_mode().contains(SslVerifyMode::PEER);
    if let Some(address) = parse_address(host.as_bytes(), 0) {
        return if checked {
            ssl.param_mut().set_ip(address.ip())
        } else {
            Ok(())
        };
    }
    if checked {
        let param = ssl.param_mut();
        param.set_hostflags(X509CheckFlags::NO_PARTIAL_WILDCARDS);
        param.set_host(&host)?;
    }
    if context.server_name {
        ssl.set_hostname(&host)?;
    }
    Ok(())
}

/// Offers the session of `ticket` to the server. A ticket of another context is left out: the handshake is then a full
/// one.
#[allow(unsafe_code)]
fn take_up(ssl: &mut SslRef, ticket: &Ticket) -> Result<(), ErrorStack> {
    if !std::ptr::eq(ssl.ssl_context(), &raw const *ticket.context) {
        return Ok(());
    }
    // SAFETY: `SslRef::set_session` asks that the session is from the context that `ssl` was made in. The line above
    // compares the two contexts. `TlsStream::ticket` alone makes a `Ticket`, with the context of the session's own
    // connection; the ticket keeps that context alive, so that no other one can have its address.
    unsafe { ssl.set_session(&ticket.session) }
}

fn is_wait(error: &Error) -> bool {
    matches!(error.code(), ErrorCode::WANT_READ | ErrorCode::WANT_WRITE)
}

/// Returns whether the connection ended without close_notify.
fn is_end(error: &Error) -> bool {
    let silent = error.code() == ErrorCode::SYSCALL && error.io_error().is_none();
    silent || has_reason(error, UNEXPECTED_END)
}

/// Returns whether it was reset, as by a server that closes and has not read all.
fn is_broken(error: &Error) -> bool {
    let kind = error.io_error().map(io::Error::kind);
    matches!(
        kind,
        Some(ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::ConnectionAborted)
    )
}

fn has_reason(error: &Error, reason: i32) -> bool {
    error.ssl_error().is_some_and(|stack| {
        let mut errors = stack.errors().iter();
        errors.any(|error| error.reason_code() == reason)
    })
}

/// Converts an error of TLS to an error of a socket; TLS of its own is a [`TlsFailure`] inside.
fn on_wire(error: Error) -> io::Error {
    if is_wait(&error) {
        return ErrorKind::WouldBlock.into();
    }
    let why = words_of(&error);
    match error.into_io_error() {
        Ok(error) => error,
        Err(_) => io::Error::other(TlsFailure::new(FailureKind::Tls, why)),
    }
}

fn words_of(error: &Error) -> String {
    match (error.ssl_error(), error.io_error()) {
        (Some(stack), _) => reasons(stack),
        (None, Some(error)) => error.to_string(),
        (None, None) => error
            .source()
            .map_or_else(|| error.to_string(), ToString::to_string),
    }
}

#[allow(clippy::needless_pass_by_value)] // as `map_err` hands it over
fn in_words(stack: ErrorStack) -> String {
    reasons(&stack)
}

/// Returns the last reason that OpenSSL gives, without its function and file names.
fn reasons(stack: &ErrorStack) -> String {
    let mut errors = stack.errors().iter().rev();
    let reason = errors.find_map(openssl::error::Error::reason);
    reason.unwrap_or("OpenSSL does not say why").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{TcpListener, TcpStream as StdStream};
    use std::time::Instant;

    use openssl::asn1::Asn1Time;
    use openssl::hash::MessageDigest;
    use openssl::rsa::Rsa;
    use openssl::ssl::SslAcceptor;

    fn context() -> TlsContext {
        TlsContext::new(&Secure {
            version: TlsVersion::Tls1_2,
            cipher: None,
            authority: None,
            identity: None,
            ignore_time: false,
            time: None,
            server_name: false,
            timeout: Duration::from_secs(60),
        })
        .expect("a context")
    }

    /// Serves one handshake.
    fn serve(listener: &TcpListener) {
        let key = PKey::from_rsa(Rsa::generate(2048).expect("numbers")).expect("a key");
        let mut certificate = X509::builder().expect("a builder");
        certificate.set_pubkey(&key).expect("set");
        let now = Asn1Time::days_from_now(0).expect("a time");
        certificate.set_not_before(&now).expect("set");
        let later = Asn1Time::days_from_now(1).expect("a time");
        certificate.set_not_after(&later).expect("set");
        certificate
            .sign(&key, MessageDigest::sha256())
            .expect("signed");
        let mut acceptor = SslAcceptor::mozilla_intermediate(SslMethod::tls()).expect("defaults");
        acceptor.set_private_key(&key).expect("set");
        acceptor.set_certificate(&certificate.build()).expect("set");
        let (socket, _) = listener.accept().expect("a client");
        let stream = acceptor.build().accept(socket).expect("a handshake");
        // The client hangs up when it has its ticket.
        let _ = io::Read::read(&mut { stream }, &mut [0]);
    }

    fn ticket(context: &TlsContext) -> Ticket {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = std::thread::spawn(move || serve(&listener));
        let socket = StdStream::connect(address).expect("connected");
        socket.set_nonblocking(true).expect("set");
        let socket = TcpStream::from_std(socket);
        let mut stream = TlsStream::new(context, b"localhost", None, socket).expect("a stream");
        let begun = Instant::now();
        while !stream
            .shake_hands()
            .map_err(|failure| failure.why)
            .expect("TLS")
        {
            assert!(begun.elapsed() < Duration::from_secs(60), "no handshake");
            std::thread::yield_now();
        }
        let ticket = stream.ticket().expect("a session");
        drop(stream);
        server.join().expect("the server ended");
        ticket
    }

    #[test]
    fn a_ticket_is_offered_in_its_own_context_alone() {
        let (own, other) = (context(), context());
        let ticket = ticket(&own);
        let offers = |context: &TlsContext| {
            let mut ssl = Ssl::new(&context.openssl).expect("a connection");
            ssl.set_connect_state();
            take_up(&mut ssl, &ticket).expect("no error");
            ssl.session().is_some()
        };
        assert!(offers(&own));
        assert!(!offers(&other));
    }
}
