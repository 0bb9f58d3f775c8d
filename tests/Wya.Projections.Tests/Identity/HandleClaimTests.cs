using Shouldly;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;
using Xunit;

namespace Wya.Projections.Tests.Identity;

public sealed class HandleClaimTests(IdentityHouse house) : IClassFixture<IdentityHouse>
{
    [Theory]
    [InlineData("anna.lee", "Anna.Lee")]
    [InlineData("bob_42", "B0B_42")]
    [InlineData("marykate", "rnarykate")]
    [InlineData("alicia", "aIicia")]
    [InlineData("scope.x", "sсope.x")] // mixes scripts: refused for that already
    public async Task Nobody_gets_a_handle_that_looks_like_another(string first, string second)
    {
        await house.Register(first);
        Transacted<User> refused = await IdentityHouse.Register(house.Store, new UserId(Guid.CreateVersion7()), second);
        refused.Refusal.ShouldNotBeNull().Code.ShouldBeOneOf("claim-taken", "handle-invalid");
        refused.Recorded.ShouldBe(0);
    }

    [Theory]
    [InlineData("Jo.Ann_7")]
    [InlineData("jo.ann_7")]
    [InlineData("J0.ANN_7")]
    [InlineData("ｊｏ.ａｎｎ_７")]
    [InlineData("jо.аnn_7")] // with two Cyrillic letters
    public async Task A_handle_is_found_however_it_is_typed(string typed)
    {
        UserView? holder = await UsersTable.ByHandle(house.Log, "Jo.Ann_7");
        UserId user = holder?.Id ?? await house.Register("Jo.Ann_7");
        UserView found = (await UsersTable.ByHandle(house.Log, typed)).ShouldNotBeNull();
        (found.Id, found.Handle).ShouldBe((user, "Jo.Ann_7"));
    }

    [Fact]
    public async Task The_handle_itself_comes_before_one_that_only_looks_like_it()
    {
        // "lan" and "ian" differ in small letters; "Ian" looks like the first and is the second but for its case.
        UserId lan = await house.Register("lan");
        UserId ian = await house.Register("ian");
        (await UsersTable.ByHandle(house.Log, "Ian"))!.Id.ShouldBe(ian);
        (await UsersTable.ByHandle(house.Log, "IAN"))!.Id.ShouldBe(ian);
        (await UsersTable.ByHandle(house.Log, "Lan"))!.Id.ShouldBe(lan);
    }

    [Theory]
    [InlineData("nobody-is-called-so")]
    [InlineData("")]
    [InlineData("\uD800")]
    [InlineData("'; drop table users; --")]
    public async Task Nothing_is_found_under_a_handle_that_nobody_has(string typed) =>
        (await UsersTable.ByHandle(house.Log, typed)).ShouldBeNull();

    [Theory]
    [InlineData("𠮷")] // two code units, four bytes, one character
    [InlineData("뷁")] // five letters in one syllable, each with a look-alike
    [InlineData("m")]
    public async Task The_longest_handles_fit_the_database(string character)
    {
        string handle = string.Concat(Enumerable.Repeat(character, Handle.LengthMax));
        UserId user = await house.Register(handle);
        UserView found = (await UsersTable.ByHandle(house.Log, handle)).ShouldNotBeNull();
        (found.Id, found.Handle).ShouldBe((user, handle));
    }

    [Fact]
    public async Task Nothing_is_found_under_a_very_long_handle() =>
        (await UsersTable.ByHandle(house.Log, new string('a', 100_000))).ShouldBeNull();

    [Fact]
    public async Task Of_sixteen_who_want_a_handle_at_once_exactly_one_gets_it()
    {
        string[] forms = ["qwertz", "Qwertz", "QWERTZ", "ｑｗｅｒｔｚ", "qWeRtZ", "𝐪𝐰𝐞𝐫𝐭𝐳", "qwertZ", "qWERTz"];
        await using LogDatabase otherProcess = house.Database.OpenAnother();
        await using PostgresEventStore otherStore = IdentityHouse.OpenStore(otherProcess);
        for (int round = 0; round < 20; round++)
        {
            string suffix = string.Concat($"{round:00}".Select(digit => (char)(digit - '0' + 'a')));
            (UserId User, string Handle)[] wanting = [.. Enumerable.Range(0, 16).Select(nth => (new UserId(Guid.CreateVersion7()), forms[nth % 8] + suffix))];
            Transacted<User>[] answers = await Task.WhenAll(wanting.Select((want, nth) =>
                Task.Run(() => IdentityHouse.Register(nth % 2 == 0 ? house.Store : otherStore, want.User, want.Handle))));

            int winner = Array.FindIndex(answers, answer => answer.Refusal is null);
            answers.Count(answer => answer.Refusal is null).ShouldBe(1);
            answers.Count(answer => answer.Refusal == StoreRefusals.ClaimTaken).ShouldBe(15);
            string all = string.Join(", ", wanting.Select(want => $"'{want.User}'"));
            string left = await house.Database.Scalar<string>(
                $"""
                select concat_ws(' ', (select string_agg(id::text, ',') from users where id in ({all})),
                                      (select string_agg(id::text, ',') from log.mt_streams where id in ({all})),
                                      (select string_agg(stream_id::text, ',') from log.mt_events where stream_id in ({all})),
                                      (select string_agg(distinct stream_id::text, ',') from log.wya_claims where stream_id in ({all})))
                """);
            string won = wanting[winner].User.ToString();
            left.ShouldBe($"{won} {won} {won} {won}");
        }
    }
}
