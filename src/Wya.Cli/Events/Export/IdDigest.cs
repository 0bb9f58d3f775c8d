using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Wya.Cli;

/// <summary>
/// HMAC-SHA-256 of 16 bytes, as RFC 2104 and FIPS 180-4 have it, and equal to the platform's, whose calls cost several times
/// what is digested here. Both blocks that the key makes are digested once, so that an id costs two compressions; and ids are
/// digested eight at a time, each in its own 32 bits of every register: an export makes millions, and of a few together each
/// costs next to nothing more.
/// </summary>
internal sealed class IdDigest
{
    /// <summary>Ids that are digested together.</summary>
    public const int Lanes = 8;

    private const int BlockBytes = 64, BlockWords = 16, Rounds = 64, StateWords = 8, IdWords = 4;

    private static readonly uint[] Constants =
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
        0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
        0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
        0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
        0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
        0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    private static readonly uint[] Initial =
        [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    private readonly uint[] inner, outer;

    /// <param name="key">At most a block.</param>
    public IdDigest(ReadOnlySpan<byte> key)
    {
        inner = Keyed(key, 0x36);
        outer = Keyed(key, 0x5c);
    }

    /// <param name="ids">At most <see cref="Lanes"/>.</param>
    /// <param name="digests">The first 16 bytes of each, as a uuid.</param>
    public void Of(ReadOnlySpan<Guid> ids, Span<Guid> digests)
    {
        Span<uint> words = stackalloc uint[IdWords * Lanes];
        Span<byte> bytes = stackalloc byte[16];
        words.Clear();
        for (int lane = 0; lane < ids.Length; lane++)
        {
            ids[lane].TryWriteBytes(bytes, bigEndian: true, out _);
            for (int word = 0; word < IdWords; word++)
            {
                words[(word * Lanes) + lane] = BinaryPrimitives.ReadUInt32BigEndian(bytes[(4 * word)..]);
            }
        }

        Span<Vector256<uint>> block = stackalloc Vector256<uint>[BlockWords], state = stackalloc Vector256<uint>[StateWords];
        for (int word = 0; word < IdWords; word++)
        {
            block[word] = Vector256.Create<uint>(words[(word * Lanes)..]);
        }

        Last(inner, block, IdWords, state);
        state.CopyTo(block);
        Last(outer, block, StateWords, state);
        for (int word = 0; word < IdWords; word++)
        {
            state[word].CopyTo(words[(word * Lanes)..]);
        }

        for (int lane = 0; lane < ids.Length; lane++)
        {
            for (int word = 0; word < IdWords; word++)
            {
                BinaryPrimitives.WriteUInt32BigEndian(bytes[(4 * word)..], words[(word * Lanes) + lane]);
            }

            digests[lane] = new Guid(bytes, bigEndian: true);
        }
    }

    private static uint[] Keyed(ReadOnlySpan<byte> key, byte pad)
    {
        Span<byte> padded = stackalloc byte[BlockBytes];
        padded.Fill(pad);
        for (int i = 0; i < key.Length; i++)
        {
            padded[i] ^= key[i];
        }

        Span<Vector256<uint>> block = stackalloc Vector256<uint>[BlockWords], state = stackalloc Vector256<uint>[StateWords];
        for (int word = 0; word < BlockWords; word++)
        {
            block[word] = Vector256.Create(BinaryPrimitives.ReadUInt32BigEndian(padded[(4 * word)..]));
        }

        Begin(Initial, state);
        Compress(state, block);
        CryptographicOperations.ZeroMemory(padded);
        block.Clear();
        return [.. state.ToArray().Select(word => word[0])];
    }

    /// <summary>The block behind the key's, which is the last: what it holds, a one, and the length of both in bits.</summary>
    private static void Last(uint[] keyed, Span<Vector256<uint>> block, int words, Span<Vector256<uint>> state)
    {
        block[words] = Vector256.Create(0x80000000);
        block[(words + 1)..^1].Clear();
        block[^1] = Vector256.Create((uint)(BlockBytes + (4 * words)) * 8);
        Begin(keyed, state);
        Compress(state, block);
    }

    private static void Begin(uint[] from, Span<Vector256<uint>> state)
    {
        for (int word = 0; word < StateWords; word++)
        {
            state[word] = Vector256.Create(from[word]);
        }
    }

    /// <param name="w">Used up: of its schedule only the last 16 words are needed at a time.</param>
    private static void Compress(Span<Vector256<uint>> state, Span<Vector256<uint>> w)
    {
        Vector256<uint> a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        ReadOnlySpan<uint> constants = Constants;
        for (int i = 0; i < Rounds; i++)
        {
            ref Vector256<uint> word = ref w[i % BlockWords];
            if (i >= BlockWords)
            {
                Vector256<uint> before = w[(i + 1) % BlockWords], late = w[(i + 14) % BlockWords];
                word += (Right(before, 7) ^ Right(before, 18) ^ (before >>> 3)) + w[(i + 9) % BlockWords] + (Right(late, 17) ^ Right(late, 19) ^ (late >>> 10));
            }

            Vector256<uint> first = h + (Right(e, 6) ^ Right(e, 11) ^ Right(e, 25)) + ((e & f) ^ Vector256.AndNot(g, e)) + Vector256.Create(constants[i]) + word;
            Vector256<uint> second = (Right(a, 2) ^ Right(a, 13) ^ Right(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + first, c, b, a, first + second);
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Right(Vector256<uint> word, [ConstantExpected] byte bits) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(word, bits) : (word >>> bits) | (word << (32 - bits));
}
