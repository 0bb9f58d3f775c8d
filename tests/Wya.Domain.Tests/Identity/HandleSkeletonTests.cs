using System.Text;
using Shouldly;
using Wya.Domain.Identity;
using Xunit;

namespace Wya.Domain.Tests.Identity;

public sealed class HandleSkeletonTests
{
    [Theory]
    [InlineData("robin", "ROBIN")]
    [InlineData("robin", "rObIn")]
    [InlineData("robin", "rоbin")] // Cyrillic o: not even a handle, and found all the same
    [InlineData("robin", "r0bin")]
    [InlineData("robin", "ｒobin")]
    [InlineData("alice", "a1ice")]
    [InlineData("alice", "aIice")] // a capital i looks like a small L
    [InlineData("mary", "rnary")]
    [InlineData("scope", "ѕсоре")] // all Cyrillic
    [InlineData("anna", "ΑΝΝΑ")] // all Greek capitals
    [InlineData("strasse", "straße")]
    [InlineData("weiß", "WEISS")]
    [InlineData("νίκος", "ΝΊΚΟΣ")] // final sigma
    [InlineData("иван", "ИВАН")]
    [InlineData("josé", "JOSE\u0301")]
    [InlineData("nǎn", "năn")] // caron and breve
    public void These_cannot_both_exist(string first, string second) =>
        Handle.SkeletonsOf(first).Intersect(Handle.SkeletonsOf(second)).ShouldNotBeEmpty();

    [Theory]
    [InlineData("robin", "robyn")]
    [InlineData("ian", "lan")] // in small letters nobody confuses them
    [InlineData("nora", "vora")]
    [InlineData("lucy", "lycu")]
    [InlineData("rob.in", "robin")]
    [InlineData("rob.in", "rob_in")]
    [InlineData("jose", "josé")]
    [InlineData("robin1", "robin2")]
    [InlineData("山田", "山口")]
    public void These_can(string first, string second) =>
        Handle.SkeletonsOf(first).Intersect(Handle.SkeletonsOf(second)).ShouldBeEmpty();

    [Fact]
    public void What_is_too_long_to_be_a_handle_looks_like_none() => Handle.SkeletonsOf(new string('a', 100_000)).ShouldBeEmpty();

    [Fact]
    public void Every_claim_fits_the_index_that_keeps_it_unique()
    {
        const int indexedBytesMax = 2_700; // a third of PostgreSQL's page
        int longest = Enumerable.Range(0, 0x110000).Where(Rune.IsValid).Select(c => new Rune(c)).Where(Rune.IsLetterOrDigit)
            .Max(letter => Handle.SkeletonsOf(letter.ToString()).Max(Encoding.UTF8.GetByteCount));
        (Handle.Claim("").Length + (longest * Handle.LengthMax)).ShouldBeLessThan(indexedBytesMax);
    }

    /// <summary>
    /// The vectors come from ICU, which works on whole strings with its own code and data; see tools/handle-characters.cs.
    /// </summary>
    [Fact]
    public void Normal_forms_skeletons_and_mixing_agree_with_ICU()
    {
        string[] lines = [.. File.ReadLines(Repository.PathTo("tests", "Wya.Domain.Tests", "Identity", "handle-vectors.tsv")).Where(line => !line.StartsWith('#'))];
        int accepted = 0, mixed = 0;
        foreach (string line in lines)
        {
            string[] vector = line.Split('\t');
            (string typed, string composed, string ignoringCase, string asShown, bool mayMix) = (vector[0], vector[1], vector[2], vector[3], vector[4] == "1");
            Handle.Normalize(typed).ShouldBe(composed, line);
            Handle.SkeletonsOf(typed).ShouldBe(ignoringCase == asShown ? [ignoringCase] : [ignoringCase, asShown], line);
            if (Handle.TryParse(typed, out _, out string? problem))
            {
                mayMix.ShouldBeTrue(line);
                accepted++;
            }
            else if (problem.Contains("one script", StringComparison.Ordinal))
            {
                mayMix.ShouldBeFalse(line);
                mixed++;
            }
        }

        accepted.ShouldBeGreaterThan(100);
        mixed.ShouldBeGreaterThan(100);
    }
}
