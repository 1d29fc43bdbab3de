//! A second, independent combiner: Lagrange interpolation over GF(2^8) with the polynomial 0x11D.
//!
//! It shares no code with the library that deals. Multiplication is done bit by bit, without tables or branches on
//! secret data, so that neither the cache nor the branch predictor learns a share.

/// Product in GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1 (0x11D).
fn mul(mut a: u8, b: u8) -> u8 {
    let mut product = 0;
    for bit in 0..8 {
        product ^= a & 0u8.wrapping_sub((b >> bit) & 1);
        let carry = 0u8.wrapping_sub(a >> 7);
        a = (a << 1) ^ (0x1d & carry);
    }
    product
}

/// Inverse of a non-zero element: a^254, since a^255 = 1.
fn inverse(a: u8) -> u8 {
    let mut result = 1;
    let mut square = a;
    for _ in 0..7 {
        square = mul(square, square);
        result = mul(result, square);
    }
    result
}

/// Writes into `out` the value at `x` of the polynomials of least degree through `points` (x, one y a polynomial).
/// The points' x are distinct and every y is as long as `out`; the callers have checked both.
pub(crate) fn interpolate(points: &[(u8, &[u8])], x: u8, out: &mut [u8]) {
    out.fill(0);
    for (i, (xi, yi)) in points.iter().enumerate() {
        let mut weight = 1;
        for (j, (xj, _)) in points.iter().enumerate() {
            if i != j {
                weight = mul(weight, mul(x ^ xj, inverse(xi ^ xj)));
            }
        }
        for (o, y) in out.iter_mut().zip(*yi) {
            *o ^= mul(weight, *y);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_but_zero_has_its_inverse() {
        for a in 1..=255 {
            assert_eq!(mul(a, inverse(a)), 1);
        }
    }

    #[test]
    fn two_generates_the_whole_field() {
        // 0x11D is primitive: 2 has order 255. It has order 51 under 0x11B, so this tells the two fields apart.
        let mut a = 2;
        let mut order = 1;
        while a != 1 {
            a = mul(a, 2);
            order += 1;
        }
        assert_eq!(order, 255);
    }
}
