using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>Rotation, reuse, the grace for a lost answer, races, and the ends of a session.</summary>
[Collection(nameof(SessionHouse))]
public sealed class RefreshSessionTests(SharedApi shared, SessionHouse house)
{
    [Fact]
    public async Task Each_refresh_gives_a_new_pair_in_the_same_session()
    {
        ApiHost api = await shared.Host();
        SignedIn one = await api.NewSession();
        string refresh = one.Refresh;
        HashSet<string> seen = [one.Access, one.Refresh];
        for (int i = 0; i < 5; i++)
        {
            Answer next = await api.Anonymous.Refresh(refresh);
            next.Status.ShouldBe(200, next.Text);
            next.Json.GetProperty("session_id").GetGuid().ShouldBe(one.Session);
            next.Json.GetProperty("expires_in").GetInt32().ShouldBe(600);
            refresh = next.String("refresh_token")!;
            seen.Add(refresh).ShouldBeTrue();
            seen.Add(next.String("access_token")!).ShouldBeTrue();
            (await api.With(next.String("access_token")).Send("GET", "/me")).Id.ShouldBe(one.User);
        }

        (await one.Client.Send("GET", "/me")).Status.ShouldBe(200); // its own ten minutes are not over
    }

    [Fact]
    public async Task Neither_the_database_nor_the_log_holds_a_token_or_a_password()
    {
        ApiHost api = await shared.Host();
        SignedIn one = await api.NewSignedIn("the label");
        Answer next = await api.Anonymous.Refresh(one.Refresh);
        byte[] token = System.Buffers.Text.Base64Url.DecodeFromChars(one.Refresh);

        string everything = await DatabaseText.Of(api.Database);

        everything.ShouldContain("the label"); // the search does find what is there
        everything.ShouldContain(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(token)));
        foreach (string secret in new[]
        {
            one.Refresh, next.String("refresh_token")!, one.Access, one.Access.Split('.')[2], SignIns.Password,
            Convert.ToHexStringLower(token), Convert.ToHexStringLower(token.AsSpan(0, 32)), Convert.ToHexStringLower(token.AsSpan(32)), "127.0.0.1",
        })
        {
            everything.ShouldNotContain(secret);
            if (secret != "127.0.0.1")
            {
                api.Log.Text.ShouldNotContain(secret);
            }
        }
    }

    [Fact]
    public async Task A_lost_answer_is_given_once_more_and_what_it_held_is_replaced()
    {
        ApiHost api = await shared.Host();
        SignedIn one = await api.NewSession();
        string lost = (await api.Anonymous.Refresh(one.Refresh)).String("refresh_token")!;

        Answer again = await api.Anonymous.Refresh(one.Refresh);

        again.Status.ShouldBe(200, again.Text);
        string got = again.String("refresh_token")!;
        got.ShouldNotBe(lost);
        string next = (await api.Anonymous.Refresh(got)).String("refresh_token")!;
        (await api.Anonymous.Refresh(next)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_replaced_token_that_turns_up_after_all_ends_the_session()
    {
        ApiHost api = await shared.Host();
        SignedIn one = await api.NewSession();
        string first = (await api.Anonymous.Refresh(one.Refresh)).String("refresh_token")!;
        string second = (await api.Anonymous.Refresh(one.Refresh)).String("refresh_token")!;

        (await api.Anonymous.Refresh(first)).Problem.ShouldBe("refresh-token-invalid");

        await IsOver(api, one, second);
    }

    [Fact]
    public async Task The_grace_is_for_once()
    {
        ApiHost api = await shared.Host();
        SignedIn one = await api.NewSession();
        await api.Anonymous.Refresh(one.Refresh);
        string second = (await api.Anonymous.Refresh(one.Refresh)).String("refresh_token")!;

        (await api.Anonymous.Refresh(one.Refresh)).Problem.ShouldBe("refresh-token-invalid");

        await IsOver(api, one, second);
    }

    [Fact]
    public async Task Each_rotation_has_a_grace_of_its_own()
    {
        ApiHost api = await shared.Host();
        SignedIn one = await api.NewSession();
        string refresh = one.Refresh;
        for (int i = 0; i < 3; i++)
        {
            (await api.Anonymous.Refresh(refresh)).Status.ShouldBe(200);
            refresh = (await api.Anonymous.Refresh(refresh)).String("refresh_token")!;
        }

        (await api.Anonymous.Refresh(refresh)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Once_the_successor_was_used_the_token_before_it_ends_the_session()
    {
        ApiHost api = await shared.Host();
        SignedIn one = await api.NewSession();
        string second = (await api.Anonymous.Refresh(one.Refresh)).String("refresh_token")!;
        string third = (await api.Anonymous.Refresh(second)).String("refresh_token")!;

        (await api.Anonymous.Refresh(one.Refresh)).Problem.ShouldBe("refresh-token-invalid");

        await IsOver(api, one, third);
    }

    [Fact]
    public async Task After_the_grace_the_token_before_ends_the_session()
    {
        ApiHost api = await house.Clocked();
        SignedIn one = await api.NewSession();
        SignedIn other = await api.NewSession();
        string second = (await api.Anonymous.Refresh(one.Refresh)).String("refresh_token")!;
        (await api.Anonymous.Refresh(other.Refresh)).Status.ShouldBe(200);
        house.Clock.Advance(TimeSpan.FromSeconds(20));
        (await api.Anonymous.Refresh(other.Refresh)).Status.ShouldBe(200);
        house.Clock.Advance(TimeSpan.FromSeconds(11));

        (await api.Anonymous.Refresh(one.Refresh)).Problem.ShouldBe("refresh-token-invalid");

        await IsOver(api, one, second);
    }

    [Fact]
    public async Task A_token_used_long_ago_ends_the_session_and_no_other()
    {
        ApiHost api = await house.Clocked();
        SignedIn one = await api.NewSession();
        SignedIn other = await api.AnotherSession(one);
        string refresh = one.Refresh;
        for (int i = 0; i < 10; i++)
        {
            house.Clock.Advance(TimeSpan.FromDays(1));
            refresh = (await api.Anonymous.Refresh(refresh)).String("refresh_token")!;
        }

        (await api.Anonymous.Refresh(one.Refresh)).Problem.ShouldBe("refresh-token-invalid");

        await IsOver(api, one, refresh);
        (await api.Anonymous.Refresh(other.Refresh)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Sixteen_at_once_on_two_nodes_leave_at_most_one_token_that_works()
    {
        ApiHost api = await shared.Host();
        ApiHost beside = await house.Beside(api);
        for (int round = 0; round < 5; round++)
        {
            SignedIn one = await api.NewSession();

            Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => (i % 2 == 0 ? api : beside).Anonymous.Refresh(one.Refresh)));

            // The first rotates, the second has the grace, the third is one too many.
            answers.Count(answer => answer.Status == 200).ShouldBe(2);
            answers.Where(answer => answer.Status != 200).ShouldAllBe(answer => answer.Problem == "refresh-token-invalid");
            foreach (Answer got in answers.Where(answer => answer.Status == 200))
            {
                await IsOver(beside, one, got.String("refresh_token")!);
                (await api.With(got.String("access_token")).Send("GET", "/me")).Problem.ShouldBe("unauthenticated");
            }
        }
    }

    [Fact]
    public async Task Two_at_once_on_two_nodes_leave_one_token_that_works()
    {
        ApiHost api = await shared.Host();
        ApiHost beside = await house.Beside(api);
        for (int round = 0; round < 10; round++)
        {
            SignedIn one = await api.NewSession();

            Answer[] answers = await Task.WhenAll(api.Anonymous.Refresh(one.Refresh), beside.Anonymous.Refresh(one.Refresh));

            answers.ShouldAllBe(answer => answer.Status == 200);
            string[] tokens = [.. answers.Select(answer => answer.String("refresh_token")!)];
            string stored = await api.Database.Scalar<string>($"select encode(token_digest, 'hex') from sessions where id = '{one.Session}'");
            tokens.Count(token => Digest(token) == stored).ShouldBe(1);
            (await beside.Anonymous.Refresh(tokens.Single(token => Digest(token) == stored))).Status.ShouldBe(200);
        }
    }

    [Fact]
    public async Task A_refresh_and_a_revocation_at_once_leave_no_session()
    {
        ApiHost api = await shared.Host();
        for (int round = 0; round < 10; round++)
        {
            SignedIn one = await api.NewSession();
            SignedIn mine = await api.AnotherSession(one);

            Task<Answer> refreshing = api.Anonymous.Refresh(one.Refresh);
            Task<Answer> ending = mine.Client.Send("DELETE", "/me/sessions");
            (await ending).Status.ShouldBe(204);
            Answer refreshed = await refreshing;

            await IsOver(api, one, refreshed.Status == 200 ? refreshed.String("refresh_token")! : one.Refresh);
        }
    }

    [Fact]
    public async Task A_session_ends_thirty_days_after_its_last_refresh()
    {
        ApiHost api = await house.Clocked();
        SignedIn one = await api.NewSession();
        SignedIn idle = await api.AnotherSession(one);
        house.Clock.Advance(TimeSpan.FromDays(29));
        string refresh = (await api.Anonymous.Refresh(one.Refresh)).String("refresh_token")!;
        house.Clock.Advance(TimeSpan.FromDays(2));

        (await api.Anonymous.Refresh(idle.Refresh)).Problem.ShouldBe("refresh-token-invalid");
        (await api.Anonymous.Refresh(refresh)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_session_ends_after_180_days_however_often_it_is_refreshed()
    {
        ApiHost api = await house.Clocked();
        SignedIn one = await api.NewSession();
        string refresh = one.Refresh;
        for (int day = 0; day < 179; day += 20)
        {
            Answer next = await api.Anonymous.Refresh(refresh);
            next.Status.ShouldBe(200, next.Text);
            refresh = next.String("refresh_token")!;
            house.Clock.Advance(TimeSpan.FromDays(20));
        }

        (await api.Anonymous.Refresh(refresh)).Problem.ShouldBe("refresh-token-invalid");
    }

    [Fact]
    public async Task The_last_access_token_does_not_outlive_the_session()
    {
        (ApiHost api, ShiftedClock clock) = await WithClock(("Wya:Sessions:IdleDays", "1"), ("Wya:Sessions:DaysMax", "1"));
        await using ApiHost host = api;
        SignedIn one = await api.NewSession();
        clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMinutes(1));
        HttpClient last = api.With((await api.Anonymous.Refresh(one.Refresh)).String("access_token"));
        (await last.Send("GET", "/me")).Status.ShouldBe(200);
        (await last.Send("GET", "/me/sessions")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
        clock.Advance(TimeSpan.FromMinutes(2));

        (await last.Send("GET", "/me")).Problem.ShouldBe("unauthenticated");
    }

    [Fact]
    public async Task An_access_token_ends_after_ten_minutes_and_a_refresh_gives_the_next()
    {
        ApiHost api = await house.Clocked();
        SignedIn one = await api.NewSession();
        house.Clock.Advance(TimeSpan.FromMinutes(9));
        (await one.Client.Send("GET", "/me")).Status.ShouldBe(200);
        house.Clock.Advance(TimeSpan.FromMinutes(2));

        (await one.Client.Send("GET", "/me")).Problem.ShouldBe("unauthenticated");
        Answer next = await api.Anonymous.Refresh(one.Refresh);
        (await api.With(next.String("access_token")).Send("GET", "/me")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Expired_sessions_are_taken_away_by_those_who_come()
    {
        (ApiHost api, ShiftedClock clock) = await WithClock();
        await using ApiHost host = api;
        SignedIn one = await api.NewSession();
        for (int i = 0; i < 50; i++)
        {
            await api.Token(one.Handle);
        }

        clock.Advance(TimeSpan.FromDays(31));
        for (int i = 0; i < 3; i++)
        {
            await api.Token(one.Handle);
        }

        (await api.Database.Scalar<long>("select count(*) from sessions")).ShouldBe(3);
    }

    private static async Task IsOver(ApiHost api, SignedIn session, string refresh)
    {
        (await api.Anonymous.Refresh(refresh)).Problem.ShouldBe("refresh-token-invalid");
        (await api.With(session.Access).Send("GET", "/me")).Problem.ShouldBe("unauthenticated");
        (await api.Database.Scalar<long>($"select count(*) from sessions where id = '{session.Session}'")).ShouldBe(0);
    }

    private static string Digest(string token) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Buffers.Text.Base64Url.DecodeFromChars(token)));

    private static async Task<(ApiHost Api, ShiftedClock Clock)> WithClock(params (string Name, string Value)[] settings)
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        var clock = new ShiftedClock();
        ApiHost api = await ApiHost.Start(
            values =>
            {
                foreach ((string name, string value) in settings)
                {
                    values[name] = value;
                }
            },
            container => container.AddSingleton<TimeProvider>(clock));
        return (api, clock);
    }
}
