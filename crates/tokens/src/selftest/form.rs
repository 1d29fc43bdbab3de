//! The form in which private keys leave, whatever their numbers: what is wrong with one key in two, or in 256, is not
//! seen by trying any key. So keys are made until one is of the kind that goes wrong where that does not take long,
//! which is on P-521; and known ones of that kind are brought in.

use cryptoki::object::{Attribute, KeyType, ObjectClass};
use zeroize::Zeroizing;

use super::open::Kek;
use super::words;
use super::{Report, Shown, Trial};
use crate::pkcs11::not_offered;
use crate::raw::Wrapping;
use crate::routes::{Way, form_trial};
use crate::{Finding, Handle, KeySpec, OaepHash, Pkcs11Token, TokenError, check_value_of, der, form};

/// P-521 first: what is wrong with its keys is taken for wrong with those of the other curves.
const KINDS: [KeySpec; 5] =
    [KeySpec::P521, KeySpec::P256, KeySpec::P384, KeySpec::Secp256k1, KeySpec::Rsa(2048)];

/// Keys made at most until one has the number that was waited for. Every second has, so that one in 16 million tokens is
/// not found out.
const TRIES: usize = 24;

/// An RSA-2048 key that everybody knows, PKCS#8: its first exponent and its coefficient begin with a zero byte, its
/// second exponent with a set bit.
const KNOWN_RSA: &[u8] = include_bytes!("known-rsa-2048.der");

/// What keys of one origin showed.
enum Seen {
    Right,
    Wrong(String),
    /// None could be tried; why.
    None(String),
}

/// The way out, ready to be used.
enum Out {
    Kwp(u64, Kek),
    OneMechanism(OaepHash),
}

impl Pkcs11Token {
    pub(super) fn try_forms(&mut self, report: &mut Report) -> Result<(), TokenError> {
        for (way, by) in [(Way::Kwp, "AES key wrap"), (Way::OneMechanism, "CKM_RSA_AES_KEY_WRAP")] {
            for spec in KINDS {
                let shown = self.tried(Trial::Form(spec, way));
                let sentence = words::standard_form(by, spec);
                report.note(&form_trial(spec, way), &sentence, shown)?;
            }
        }
        Ok(())
    }

    pub(super) fn try_form(&mut self, spec: KeySpec, way: Way) -> Result<Shown, TokenError> {
        let curve = der::curve(spec).is_some();
        let telling = curve && spec != KeySpec::P521;
        let of_p521 = telling.then(|| self.tried(Trial::Form(KeySpec::P521, way))).transpose()?;
        let p521_works = of_p521.as_ref().is_some_and(|shown| shown.result == Finding::Works);
        if let Some(Shown { result: Finding::Lies, detail }) = of_p521 {
            return Ok(Shown::lies(format!("as of p-521: {detail}")));
        }
        let out = self.way_out(way)?;
        let shown = self.form_along(spec, &out, telling && !p521_works);
        if let Out::Kwp(_, kek) = out {
            self.forget(&[kek.handle])?;
        }
        Ok(match shown? {
            (Seen::Wrong(why), _) | (_, Seen::Wrong(why)) => Shown::lies(words::a_private_key(why)),
            (Seen::Right, Seen::Right) => Shown::works(words::MADE_AND_KNOWN_RIGHT),
            (Seen::Right, Seen::None(_)) if spec == KeySpec::P521 || p521_works => {
                Shown::works(words::MADE_RIGHT)
            }
            (_, Seen::None(why)) => Shown::absent(words::none_tried(why)),
            (Seen::None(why), Seen::Right) => Shown::absent(why),
        })
    }

    fn way_out(&mut self, way: Way) -> Result<Out, TokenError> {
        if way == Way::Kwp {
            return Ok(Out::Kwp(self.kwp_number()?, self.known_kek()?));
        }
        for hash in OaepHash::ALL {
            if self.proven(Trial::RsaAesPair(hash))? {
                return Ok(Out::OneMechanism(hash));
            }
        }
        Err(not_offered(words::NO_ONE_MECHANISM))
    }

    /// What keys made inside showed, and what known ones did.
    fn form_along(&mut self, spec: KeySpec, out: &Out, shortened: bool) -> Result<(Seen, Seen), TokenError> {
        let made = self.form_of_made(spec, out)?;
        if let Seen::Wrong(_) = made {
            return Ok((made, Seen::Right));
        }
        let known = self.form_of_known(spec, out, shortened)?;
        Ok((made, known))
    }

    /// Makes keys until one begins with zero, on P-521, or on other curves with a set bit; of RSA one.
    fn form_of_made(&mut self, spec: KeySpec, out: &Out) -> Result<Seen, TokenError> {
        for _ in 0..TRIES {
            let made = self.key_to_try(spec)?;
            let opened = self.leave(out, made.handle);
            self.forget(&[made.handle])?;
            let Some(key) = opened? else { return Ok(Seen::Wrong(words::DID_NOT_OPEN.to_owned())) };
            if let Some(why) = wrong(spec, &key, Some(&made.check_value)) {
                return Ok(Seen::Wrong(why));
            }
            let first = form::number(spec, &key).and_then(|n| n.first().copied());
            if first.is_none_or(|first| if spec == KeySpec::P521 { first == 0 } else { first & 0x80 != 0 }) {
                return Ok(Seen::Right);
            }
        }
        Ok(Seen::None(words::none_waited_for(TRIES)))
    }

    /// Brings known keys in and lets them leave again. `shortened` tries them also as a token would keep them that made
    /// them itself and shortens what it makes.
    fn form_of_known(&mut self, spec: KeySpec, out: &Out, shortened: bool) -> Result<Seen, TokenError> {
        for key in known(spec)? {
            let mut handles: Vec<Handle> = self.bring_wrapped(spec, key.expose())?.into_iter().collect();
            if handles.is_empty() {
                handles.extend(self.bring(spec, key.expose(), false)?);
            }
            if shortened {
                handles.extend(self.bring(spec, key.expose(), true)?);
            }
            if handles.is_empty() {
                return Ok(Seen::None(words::TAKES_NO_KNOWN.to_owned()));
            }
            let expected = check_value_of(spec, key.expose());
            for handle in &handles {
                let wrong = match self.leave(out, *handle) {
                    Ok(Some(opened)) => wrong(spec, &opened, expected.as_deref()),
                    Ok(None) => Some(words::DID_NOT_OPEN.to_owned()),
                    Err(e) => {
                        self.forget(&handles)?;
                        return Err(e);
                    }
                };
                if let Some(why) = wrong {
                    self.forget(&handles)?;
                    return Ok(Seen::Wrong(why));
                }
            }
            self.forget(&handles)?;
        }
        Ok(Seen::Right)
    }

    fn leave(&mut self, out: &Out, key: Handle) -> Result<Option<Zeroizing<Vec<u8>>>, TokenError> {
        match out {
            Out::Kwp(number, kek) => {
                let blob = self.wrap(Wrapping::Kwp(*number), kek.handle, key)?;
                Ok(kek.open(&blob))
            }
            Out::OneMechanism(hash) => self.rsa_aes_kept(*hash, key),
        }
    }

    /// By AES-KWP, as a backup comes back.
    fn bring_wrapped(&mut self, spec: KeySpec, key: &[u8]) -> Result<Option<Handle>, TokenError> {
        let Some(number) = TokenError::unless_refused(self.kwp_number())? else { return Ok(None) };
        let kek = self.known_kek()?;
        let blob = kek.wrap(key)?;
        let made = self.running.raw.unwrap(
            self.session.handle(),
            Wrapping::Kwp(number),
            kek.handle.0,
            &blob,
            &template(spec),
        );
        self.forget(&[kek.handle])?;
        Ok(TokenError::unless_refused(made)?.map(Handle))
    }

    /// In the clear, number by number; everybody knows these keys.
    fn bring(&mut self, spec: KeySpec, key: &[u8], shortened: bool) -> Result<Option<Handle>, TokenError> {
        let mut attributes = template(spec);
        attributes.extend(numbers(spec, key, shortened));
        let made = self.session.create_object(&attributes).map_err(TokenError::from);
        Ok(TokenError::unless_refused(made)?.map(|object| Handle(object.handle())))
    }
}

fn template(spec: KeySpec) -> Vec<Attribute> {
    vec![
        Attribute::Class(ObjectClass::PRIVATE_KEY),
        Attribute::KeyType(if der::curve(spec).is_some() { KeyType::EC } else { KeyType::RSA }),
        Attribute::Token(false),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(true),
        Attribute::Sign(true),
    ]
}

/// What is wrong with a key as it came out, in words that follow "a private key".
fn wrong(spec: KeySpec, key: &[u8], check_value: Option<&str>) -> Option<String> {
    if let Err(why) = form::check(spec, key) {
        return Some(why);
    }
    let same = check_value.is_some() && check_value_of(spec, key).as_deref() == check_value;
    (!same).then(|| words::CAME_OUT_AS_ANOTHER.to_owned())
}

/// Keys that everybody knows, PKCS#8, with the numbers that go wrong.
fn known(spec: KeySpec) -> Result<Vec<secrets::SecretBytes>, TokenError> {
    let Some(size) = form::number_size(spec) else {
        return Ok(vec![secrets::SecretBytes::copied_from(KNOWN_RSA)?]);
    };
    // The orders of all these curves begin with set bits; that of P-521 with 01.
    let firsts = if spec == KeySpec::P521 { [0, 1] } else { [0, 0xa5] };
    let number = |first: u8| {
        let mut number = vec![0x5a; size];
        number[0] = first;
        form::of_number(spec, &number)
    };
    firsts.into_iter().map(number).collect()
}

/// The numbers of a key as PKCS#11's attributes: of their whole lengths, or as "Big integer" without leading zeros.
fn numbers(spec: KeySpec, key: &[u8], shortened: bool) -> Vec<Attribute> {
    let bare = |number: &[u8]| form::significant(number).to_vec();
    if let Some(curve) = der::curve(spec) {
        let number = form::number(spec, key).unwrap_or_default();
        let value = if shortened { bare(number) } else { number.to_vec() };
        return vec![Attribute::EcParams(curve.to_vec()), Attribute::Value(value)];
    }
    let Some(all) = form::integers(spec, key) else { return Vec::new() };
    // In the order of RFC 8017, A.1.2.
    let [modulus, public, private, prime_1, prime_2, exponent_1, exponent_2, coefficient] = all.map(bare);
    vec![
        Attribute::Modulus(modulus),
        Attribute::PublicExponent(public),
        Attribute::PrivateExponent(private),
        Attribute::Prime1(prime_1),
        Attribute::Prime2(prime_2),
        Attribute::Exponent1(exponent_1),
        Attribute::Exponent2(exponent_2),
        Attribute::Coefficient(coefficient),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key that comes out whole and right is; another one's, one of no known check value and one of a wrong form are not.
    #[test]
    fn a_key_is_right_by_its_form_and_its_check_value() {
        for spec in [KeySpec::P256, KeySpec::P384, KeySpec::P521, KeySpec::Rsa(2048)] {
            let all = known(spec).unwrap();
            let key = all[0].expose();
            let value = check_value_of(spec, key);
            assert_eq!(wrong(spec, key, value.as_deref()), None, "{spec}");
            assert!(wrong(spec, key, None).is_some() && wrong(spec, key, Some("spki-sha256:00")).is_some());
            assert!(wrong(spec, &key[..key.len() - 1], value.as_deref()).is_some());
        }
    }

    /// The known keys have the numbers that go wrong: one that begins with zero, and one that begins with a set bit or, on
    /// P-521, with what its order begins with.
    #[test]
    fn known_keys_begin_with_what_goes_wrong() {
        for (spec, firsts) in
            [(KeySpec::P256, &[0, 0xa5][..]), (KeySpec::P384, &[0, 0xa5]), (KeySpec::P521, &[0, 1])]
        {
            let all = known(spec).unwrap();
            let found: Vec<u8> = all.iter().map(|key| form::number(spec, key.expose()).unwrap()[0]).collect();
            assert_eq!(found, firsts, "{spec}");
        }
        assert_eq!(known(KeySpec::Rsa(2048)).unwrap().len(), 1);
    }

    #[test]
    fn numbers_of_a_key_are_whole_or_without_leading_zeros() {
        let key = &known(KeySpec::P521).unwrap()[0];
        let value = |shortened: bool| {
            let all = numbers(KeySpec::P521, key.expose(), shortened);
            all.into_iter().find_map(|a| if let Attribute::Value(v) = a { Some(v.len()) } else { None })
        };
        assert_eq!((value(false), value(true)), (Some(66), Some(65)));
        let rsa = &known(KeySpec::Rsa(2048)).unwrap()[0];
        let all = numbers(KeySpec::Rsa(2048), rsa.expose(), false);
        assert_eq!(all.len(), 8, "{all:?}");
        let modulus =
            all.iter().find_map(|a| if let Attribute::Modulus(n) = a { Some(n.len()) } else { None });
        assert_eq!(modulus, Some(256), "without the zero that keeps an INTEGER positive");
    }
}
