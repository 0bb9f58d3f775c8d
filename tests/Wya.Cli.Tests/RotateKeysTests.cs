using Shouldly;
using Wya.EventStore.Postgres;
using Xunit;

namespace Wya.Cli.Tests;

public sealed class RotateKeysTests
{
    [Fact]
    public async Task A_rotation_says_what_it_wrapped_and_one_that_finds_nothing_is_refused()
    {
        await using House house = await House.Build();
        await house.Register(Guid.NewGuid(), "ada");
        Task<Ran> Keys(params string[] arguments) => new Tool([house.Definition], new Dictionary<string, string>
        {
            ["ConnectionStrings__keys"] = house.Keys.ConnectionString,
            ["Wya__Keys__File"] = house.Keys.RingFile,
        }).Run(["keys", .. arguments], TestContext.Current.CancellationToken);

        Ran none = await Keys("rotate");
        (none.ExitCode, none.Error.Trim()).ShouldBe((1, "Nothing to rotate: every key is wrapped under master key 1 already; wya keys add-master makes a new one."));
        (await Keys("drop-old")).Error.Trim().ShouldBe("Nothing to drop: the ring holds one master key.");

        (await Keys("add-master")).ExitCode.ShouldBe(0);
        Ran rotated = await Keys("rotate", "--json", "--reason", "A year is over");
        (rotated.ExitCode, rotated.Output.Trim()).ShouldBe((0, """{"master_version":2,"rewrapped":1}"""));
        (await Keys("drop-old", "--reason", "It wraps nothing")).ExitCode.ShouldBe(0);

        await using var rotation = new KeyRotation(house.Keys.ConnectionString, KeyRing.ReadFile(house.Keys.RingFile));
        (await rotation.Operations.List()).Select(done => (done.Verb, done.Reason, done.Numbers.GetRawText()))
            .ShouldBe([("drop-master-keys", "It wraps nothing", """{"dropped": 1}"""), ("rotate-keys", "A year is over", """{"rewrapped": 1}""")]);
    }
}
