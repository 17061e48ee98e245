//! The state of the module's FTP service, for client and engine.

use qftp::host::ServiceState;

/// State of the module's FTP service.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum qftp_service_state {
    /// A session is being opened.
    QFTP_STATE_OPENING = 0,
    /// A session is open, and no command runs.
    QFTP_STATE_IDLE = 1,
    /// Payload is being transferred.
    QFTP_STATE_TRANSFERRING = 2,
    /// The session is being closed.
    QFTP_STATE_CLOSING = 3,
    /// There is no session.
    QFTP_STATE_CLOSED = 4,
}

impl From<ServiceState> for qftp_service_state {
    fn from(state: ServiceState) -> Self {
        match state {
            ServiceState::Opening => qftp_service_state::QFTP_STATE_OPENING,
            ServiceState::Idle => qftp_service_state::QFTP_STATE_IDLE,
            ServiceState::Transferring => qftp_service_state::QFTP_STATE_TRANSFERRING,
            ServiceState::Closing => qftp_service_state::QFTP_STATE_CLOSING,
            ServiceState::Closed => qftp_service_state::QFTP_STATE_CLOSED,
        }
    }
}
