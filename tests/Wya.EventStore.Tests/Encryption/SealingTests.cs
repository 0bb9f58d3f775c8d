using System.Security.Cryptography;
using System.Text;
using Shouldly;
using Xunit;

namespace Wya.EventStore.Tests.Encryption;

public sealed class SealingTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(Sealing.KeyBytes);
    private static readonly Guid Subject = Guid.CreateVersion7(), EventId = Guid.CreateVersion7();
    private static readonly SealedPlace Place = new("identity", Guid.CreateVersion7());

    [Fact]
    public void What_is_sealed_opens_at_its_place() =>
        Encoding.UTF8.GetString(Sealing.Open(Key, Place, Seal("\"a text\""))).TrimEnd().ShouldBe("\"a text\"");

    [Fact]
    public void It_opens_nowhere_else()
    {
        SealedToken token = Seal("\"a text\"");
        byte[] otherKey = [.. Key];
        otherKey[0] ^= 1;
        Refuses(otherKey, Place, token);
        Refuses(Key, Place with { Domain = "messaging" }, token);
        Refuses(Key, Place with { StreamId = Guid.CreateVersion7() }, token);
        Refuses(Key, Place, token with { Subject = Guid.CreateVersion7() });
        Refuses(Key, Place, token with { EventId = Guid.CreateVersion7() });
        Refuses(Key, Place, token with { Field = "other" });
        for (int i = 0; i < token.Box.Length; i++)
        {
            byte[] flipped = [.. token.Box];
            flipped[i] ^= 1;
            Refuses(Key, Place, token with { Box = flipped });
        }
    }

    [Fact]
    public void The_same_value_is_never_sealed_alike() => Seal("1").Box.ShouldNotBe(Seal("1").Box);

    [Fact]
    public void The_length_of_a_short_text_is_not_told() =>
        Seal("\"no\"").Box.Length.ShouldBe(Seal("\"a somewhat longer answer\"").Box.Length);

    [Fact]
    public void A_token_is_read_back_as_it_was_written()
    {
        SealedToken token = Seal("true");
        SealedToken.TryParse(token.ToString(), out SealedToken? read).ShouldBeTrue();
        (read!.Subject, read.EventId, read.Field).ShouldBe((Subject, EventId, "field"));
        read.Box.ShouldBe(token.Box);
        read.ToString().ShouldBe(token.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a text")]
    [InlineData("sealed1:")]
    [InlineData("sealed1:x:y:z:")]
    [InlineData("sealed1:0197a3c2b6d07c1e9a4f5d3c2b1a0f9e:0197a3c2b6d07c1e9a4f5d3c2b1a0f9e:field:short")]
    [InlineData("sealed1:0197a3c2b6d07c1e9a4f5d3c2b1a0f9e:0197a3c2b6d07c1e9a4f5d3c2b1a0f9e::AAAA")]
    [InlineData("sealed1:0197a3c2b6d07c1e9a4f5d3c2b1a0f9e:0197a3c2b6d07c1e9a4f5d3c2b1a0f9e:field:!!!!")]
    [InlineData("sealed2:0197a3c2b6d07c1e9a4f5d3c2b1a0f9e:0197a3c2b6d07c1e9a4f5d3c2b1a0f9e:field:")]
    public void What_is_no_token_is_not_taken_for_one(string text) => SealedToken.TryParse(text, out _).ShouldBeFalse();

    private static SealedToken Seal(string json) => Sealing.Seal(Key, Place, Subject, EventId, "field", Encoding.UTF8.GetBytes(json));

    private static void Refuses(byte[] key, SealedPlace place, SealedToken token) =>
        Should.Throw<TamperedValueException>(() => Sealing.Open(key, place, token));
}
