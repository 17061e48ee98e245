//! Puts aside what differs between two runs of one case: addresses, times, and the numbers of ports.

use super::login_line::ServerPlace;

/// Returns what was heard as text, with `{server}`, `{ip}` and `{time}` in the place of what another run has otherwise.
pub(super) fn normalized(heard: &[u8], place: Option<&ServerPlace>) -> String {
    let mut text = heard.escape_ascii().to_string();
    if let Some(place) = place {
        let host = format!("\\\"{}\\\"", place.host);
        for port in [Some(place.port), place.tls_port].into_iter().flatten() {
            text = text.replace(&format!("{host},{port}"), "{server}");
            text = text.replace(&format!("{host},\\\"{port}\\\""), "{server}");
        }
        text = text.replace(&host, "{server}");
        text = text.replace(&format!(",{}\\r", place.port), ",{port}\\r");
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let (before, number) = rest.split_at(start);
        out.push_str(before);
        let end = number
            .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
            .unwrap_or(number.len());
        let (number, behind) = number.split_at(end);
        out.push_str(word(number));
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// Returns what stands for a run of digits and points.
fn word(number: &str) -> &str {
    let is_time = number.len() == 14 && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_address = number.split('.').count() == 4 && number.parse::<std::net::Ipv4Addr>().is_ok();
    match (is_time, is_address) {
        (true, _) => "{time}",
        (_, true) => "{ip}",
        _ => number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_times_are_put_aside() {
        let place = ServerPlace {
            host: "127.0.0.1".into(),
            port: 40123,
            tls_port: None,
        };
        let heard = b"AT+QFTPOPEN=\"127.0.0.1\",40123\r\r\n+QIACT: 1,1,1,\"10.7.157.1\"\r\n213 20260102030405 10\r\n";
        assert_eq!(
            normalized(heard, Some(&place)),
            "AT+QFTPOPEN={server}\\r\\r\\n+QIACT: 1,1,1,\\\"{ip}\\\"\\r\\n213 {time} 10\\r\\n"
        );
        let quoted = b"AT+QFTPOPEN=\"127.0.0.1\",\"40123\"\r";
        let server = "AT+QFTPOPEN={server}\\r";
        assert_eq!(normalized(quoted, Some(&place)), server);
        assert_eq!(normalized(b"+QFTPLEN: 0,20", None), "+QFTPLEN: 0,20");
    }
}
