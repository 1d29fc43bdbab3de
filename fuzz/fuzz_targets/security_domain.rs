//! A managed HSM's security domain file.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(domain) = byok::security_domain::SecurityDomain::read(data) {
        assert!(domain.required() <= domain.custodians());
        assert!(domain.wrapped_key(domain.custodians()).is_none());
    }
});
