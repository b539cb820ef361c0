//! Known devices: who has signed in from a device before proves it with a token, and has a budget that strangers cannot use
//! up. The token opens nothing; it is good for one user name.

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::platform::auth::failed_tries::Tried;
use crate::platform::auth::password::Lane;
use crate::platform::clock::new_id;
use crate::platform::crypto::Sealer;
use crate::rules::text::fold;

/// Bytes of a token: the device, the instant in microseconds, the keyed digest.
const TOKEN_BYTES: usize = 16 + 8 + 32;

/// A device that has signed in with a user name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::features::accounts) struct Device {
    pub(in crate::features::accounts) id: Uuid,
    /// When its token was issued.
    pub(in crate::features::accounts) known_at: DateTime<Utc>,
}

impl Device {
    /// The device after a sign-in now: the same one, or a new one.
    pub(in crate::features::accounts) fn renewed(known: Option<Device>, now: DateTime<Utc>) -> Device {
        Device { id: known.map_or_else(|| new_id(now), |device| device.id), known_at: now }
    }

    /// The token to be sent back with the next sign-in.
    pub(in crate::features::accounts) fn token(&self, sealer: &Sealer, username: &str) -> String {
        let mut bytes = Vec::with_capacity(TOKEN_BYTES);
        bytes.extend_from_slice(self.id.as_bytes());
        bytes.extend_from_slice(&self.known_at.timestamp_micros().to_be_bytes());
        let digest = digest(sealer, username, &bytes);
        bytes.extend_from_slice(&digest);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The device of a token of ours that is not older than `days`.
    pub(in crate::features::accounts) fn recognise(
        sealer: &Sealer,
        username: &str,
        token: &str,
        days: u32,
        now: DateTime<Utc>,
    ) -> Option<Device> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok().filter(|bytes| bytes.len() == TOKEN_BYTES)?;
        let (told, kept) = bytes.split_at_checked(TOKEN_BYTES - 32)?;
        if !bool::from(digest(sealer, username, told).as_slice().ct_eq(kept)) {
            return None;
        }
        let (id, at) = told.split_first_chunk::<16>()?;
        let known_at = DateTime::from_timestamp_micros(i64::from_be_bytes(at.try_into().ok()?))?;
        let is_fresh = now < known_at + TimeDelta::days(days.into());
        is_fresh.then(|| Device { id: Uuid::from_bytes(*id), known_at })
    }
}

/// Where a sign-in comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A device that signed in with this name before.
    Known(KnownDevice),
    /// A network, as far as it is known.
    Network(Option<IpAddr>),
}

/// A device that is known, and the network it calls from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownDevice {
    pub(in crate::features::accounts) device: Device,
    pub(in crate::features::accounts) network: Option<IpAddr>,
}

impl Origin {
    /// Whether nobody has signed in with this name from there.
    pub fn is_stranger(&self) -> bool {
        matches!(self, Origin::Network(_))
    }

    pub(in crate::features::accounts) fn device(&self) -> Option<Device> {
        match self {
            Origin::Known(known) => Some(known.device),
            Origin::Network(_) => None,
        }
    }

    /// The same without what its token says.
    pub(in crate::features::accounts) fn as_stranger(&self) -> Origin {
        match self {
            Origin::Known(known) => Origin::Network(known.network),
            Origin::Network(network) => Origin::Network(*network),
        }
    }

    pub(in crate::features::accounts) fn lane(&self) -> Lane {
        if self.is_stranger() { Lane::Stranger } else { Lane::Known }
    }

    /// What is tried, and from where, as failures are counted by.
    pub(in crate::features::accounts) fn tried(&self, sealer: &Sealer, username: &str) -> Tried {
        let source = match self {
            Origin::Known(known) => sealer.blind_index("try.device", &known.device.id.to_string()),
            Origin::Network(network) => {
                let network = network.map_or_else(String::new, |address| address.to_string());
                sealer.blind_index("try.network", &network)
            }
        };
        Tried { subject: account_key(sealer, username), source }
    }
}

/// What stands for a user name, whether or not anybody has it.
pub(in crate::features::accounts) fn account_key(sealer: &Sealer, username: &str) -> [u8; 32] {
    sealer.blind_index("try.account", &fold(username.trim()))
}

fn digest(sealer: &Sealer, username: &str, told: &[u8]) -> [u8; 32] {
    let named = format!("{}:{}", hex::encode(told), fold(username.trim()));
    sealer.blind_index("device_token", &named)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::crypto::generate_key;

    fn sealer() -> Sealer {
        Sealer::new(format!("1:{}", *generate_key()).parse().unwrap())
    }

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    #[test]
    fn a_device_is_known_for_its_own_name_and_for_a_time() {
        let sealer = sealer();
        let device = Device::renewed(None, now());
        let token = device.token(&sealer, "zhang.wei");
        let known = |name: &str, token: &str, days| {
            Device::recognise(&sealer, name, token, 180, now() + TimeDelta::days(days))
        };
        assert_eq!(known(" ＺＨＡＮＧ.Wei", &token, 179), Some(device));
        assert_eq!(known("zhang.wei", &token, 180), None);
        assert_eq!(known("li.na", &token, 0), None);
        assert_eq!(Device::recognise(&self::sealer(), "zhang.wei", &token, 180, now()), None);
        let (cut, begun) = (token.get(1..).unwrap(), token.get(..4).unwrap());
        for forged in ["", "AAAA", cut, &format!("{token}A"), &token.replace(begun, "AAAA")] {
            assert_eq!(known("zhang.wei", forged, 0), None, "{forged}");
        }
    }

    #[test]
    fn a_device_that_signs_in_again_stays_the_same() {
        let device = Device::renewed(None, now());
        let later = now() + TimeDelta::days(1);
        let renewed = Device::renewed(Some(device), later);
        assert_eq!((renewed.id, renewed.known_at), (device.id, later));
        assert_ne!(Device::renewed(None, now()).id, device.id);
    }

    #[test]
    fn networks_and_devices_are_counted_apart() {
        let sealer = sealer();
        let network = |text: &str| Origin::Network(Some(text.parse().unwrap()));
        let tried = |origin: &Origin, name: &str| origin.tried(&sealer, name);
        let (one, other) = (network("192.0.2.1"), network("192.0.2.2"));
        assert_ne!(tried(&one, "zhang.wei").source, tried(&other, "zhang.wei").source);
        assert_eq!(tried(&one, "zhang.wei"), tried(&one, "Zhang.Wei "));
        assert_ne!(tried(&one, "zhang.wei").subject, tried(&one, "li.na").subject);
        let device = Device::renewed(None, now());
        let known = Origin::Known(KnownDevice { device, network: Some("192.0.2.1".parse().unwrap()) });
        assert_ne!(tried(&known, "zhang.wei").source, tried(&one, "zhang.wei").source);
        assert_eq!(tried(&known.as_stranger(), "zhang.wei"), tried(&one, "zhang.wei"));
    }
}
