using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Shouldly;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

[Collection(nameof(SessionHouse))]
public sealed class SignInTests(SharedApi shared, SessionHouse house)
{
    [Fact]
    public async Task Who_registered_with_a_password_signs_in_with_it()
    {
        ApiHost api = await shared.Host();
        Answer registered = await api.Anonymous.RegisterWithPassword(Requests.NewHandle());
        registered.Status.ShouldBe(201, registered.Text);

        Answer opened = await api.Anonymous.SignIn(registered.String("handle")!.ToUpperInvariant());

        opened.Status.ShouldBe(201, opened.Text);
        opened.Message.Headers.Location!.ToString().ShouldBe($"/me/sessions/{opened.String("session_id")}");
        opened.Header("Cache-Control").ShouldBe("no-store");
        opened.String("token_type").ShouldBe("Bearer");
        opened.Json.GetProperty("expires_in").GetInt32().ShouldBe(600);
        (await api.With(opened.String("access_token")).Send("GET", "/me")).Id.ShouldBe(registered.Id);
    }

    [Fact]
    public async Task An_access_token_says_who_which_session_and_for_ten_minutes()
    {
        ApiHost api = await shared.Host();
        SignedIn one = await api.NewSignedIn();
        SignedIn again = await api.SignedInAgain(one);

        var token = new JsonWebToken(one.Access);
        token.Alg.ShouldBe("ES256");
        token.Typ.ShouldBe("at+jwt");
        token.Kid.ShouldBe(new Forge(api).KeyId);
        token.Issuer.ShouldBe("wya");
        token.Audiences.ShouldBe(["wya"]);
        token.Subject.ShouldBe(one.User.ToString());
        token.GetClaim("sid").Value.ShouldBe(one.Session.ToString());
        (token.GetPayloadValue<long>("exp") - token.GetPayloadValue<long>("iat")).ShouldBe(600);
        token.Claims.Select(claim => claim.Type).ShouldBe(["iss", "aud", "sub", "sid", "jti", "iat", "exp"], ignoreOrder: true);
        new JsonWebToken(again.Access).Id.ShouldNotBe(token.Id);
    }

    [Fact]
    public async Task No_answer_tells_an_unknown_handle_a_wrong_password_and_no_password_apart()
    {
        ApiHost api = await shared.Host();
        SignedIn one = await api.NewSignedIn();
        Person without = await api.NewPerson();
        string[] handles = [one.Handle, without.Handle, Requests.NewHandle(), "operator", "", "two words", new string('x', 5000)];
        List<string> answers = [];
        foreach (string handle in handles)
        {
            Answer refused = await api.Anonymous.SignIn(handle, "not the password");
            refused.Status.ShouldBe(401, handle);
            Dictionary<string, JsonElement> members = refused.Json.EnumerateObject().Where(m => m.Name != "trace_id").ToDictionary(m => m.Name, m => m.Value);
            answers.Add($"{JsonSerializer.Serialize(members)} {string.Join(',', refused.Message.Headers.Select(header => header.Key).Order(StringComparer.Ordinal))}");
        }

        answers.Distinct().ShouldHaveSingleItem().ShouldContain("sign-in-failed");
    }

    [Theory]
    [InlineData("CORRECT HORSE BATTERY STAPLE")]
    [InlineData(" correct horse battery staple")]
    [InlineData("correct horse battery staple ")]
    [InlineData("correct horse battery stapl")]
    [InlineData("")]
    public async Task A_password_is_compared_to_the_letter(string password)
    {
        ApiHost api = await shared.Host();
        SignedIn one = await api.NewSignedIn();
        (await api.Anonymous.SignIn(one.Handle, password)).Problem.ShouldBe("sign-in-failed");
        (await api.Anonymous.SignIn(one.Handle)).Status.ShouldBe(201);
    }

    public static TheoryData<string, string> Bodies => new()
    {
        { """{"handle": "mara"}""", "malformed-request" },
        { """{"password": "correct horse battery staple"}""", "malformed-request" },
        { """{"handle": "mara", "password": null}""", "malformed-request" },
        { """{"handle": "mara", "password": 7}""", "malformed-request" },
        { """{"handle": "mara", "password": "a\u0000b"}""", "malformed-request" },
        { """{"handle": "mara", "password": "x", "password": "y"}""", "malformed-request" },
        { """{"handle": "mara", "password": "x", "scope": "operate"}""", "malformed-request" },
        { """{"handle": "mara", "password": "x", "label": ""}""", "session-label-invalid" },
        { """{"handle": "mara", "password": "x", "label": "two\nlines"}""", "session-label-invalid" },
        { $$"""{"handle": "mara", "password": "x", "label": "{{new string('l', 101)}}"}""", "session-label-invalid" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_sign_in_is_turned_down(string body, string code)
    {
        ApiHost api = await shared.Host();
        await TurnedDownTests.NothingChanges(
            api, () => api.Anonymous.Send("POST", "/sessions", body), code == "malformed-request" ? 400 : 422, code);
    }

    [Fact]
    public async Task After_ten_attempts_an_account_waits_whether_it_exists_or_not()
    {
        ApiHost api = await house.Clocked();
        SignedIn one = await api.NewSignedIn();
        Person without = await api.NewPerson();
        foreach (string handle in new[] { one.Handle, without.Handle, Requests.NewHandle() })
        {
            for (int i = 0; i < 10; i++)
            {
                // However it is written, it is the same account.
                (await api.Anonymous.SignIn(i % 2 == 0 ? handle : handle.ToUpperInvariant(), "not the password")).Problem.ShouldBe("sign-in-failed");
            }

            Answer refused = await api.Anonymous.SignIn(handle, "not the password");
            refused.Problem.ShouldBe("too-many-requests");
            int.Parse(refused.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(600, 900);
            (await api.Anonymous.SignIn(handle)).Problem.ShouldBe("too-many-requests"); // the right one too
        }

        (await one.Client.Send("GET", "/me")).Status.ShouldBe(200); // open sessions are not concerned
        (await api.Anonymous.Refresh(one.Refresh)).Status.ShouldBe(200);
        house.Clock.Advance(TimeSpan.FromMinutes(15));
        (await api.Anonymous.SignIn(one.Handle)).Status.ShouldBe(201);
        (await api.Anonymous.SignIn(without.Handle)).Problem.ShouldBe("sign-in-failed");
    }

    [Fact]
    public async Task Thirty_at_once_try_no_more_than_ten_passwords()
    {
        ApiHost api = await shared.Host();
        SignedIn one = await api.NewSignedIn();
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => api.Anonymous.SignIn(one.Handle, $"guess number {i}")));
        answers.Count(answer => answer.Problem == "sign-in-failed").ShouldBe(10);
        answers.Count(answer => answer.Problem == "too-many-requests").ShouldBe(20);
    }

    [Fact]
    public async Task A_success_takes_the_failures_off()
    {
        ApiHost api = await shared.Host();
        SignedIn one = await api.NewSignedIn();
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < 9; i++)
            {
                (await api.Anonymous.SignIn(one.Handle, "not the password")).Problem.ShouldBe("sign-in-failed");
            }

            (await api.Anonymous.SignIn(one.Handle)).Status.ShouldBe(201);
        }
    }

    [Fact]
    public async Task One_address_signs_in_and_refreshes_only_so_often()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        await using ApiHost api = await ApiHost.Start(settings =>
        {
            settings["Wya:Limits:SignInsPerMinute"] = "2";
            settings["Wya:Limits:RefreshesPerMinute"] = "2";
        });
        for (int i = 0; i < 2; i++)
        {
            (await api.Anonymous.SignIn(Requests.NewHandle())).Problem.ShouldBe("sign-in-failed");
            (await api.Anonymous.Refresh("x")).Problem.ShouldBe("refresh-token-invalid");
        }

        (await api.Anonymous.SignIn(Requests.NewHandle())).Problem.ShouldBe("too-many-requests");
        (await api.Anonymous.Refresh("x")).Problem.ShouldBe("too-many-requests");
    }

    [Fact]
    public async Task Sessions_are_listed_with_their_labels_and_no_more()
    {
        ApiHost api = await shared.Host();
        SignedIn phone = await api.NewSignedIn("Mara's 📱");
        SignedIn laptop = await api.SignedInAgain(phone);
        await api.NewSignedIn("of somebody else");

        JsonElement[] items = [.. (await laptop.Client.Send("GET", "/me/sessions")).Json.GetProperty("items").EnumerateArray()];

        items.Select(item => item.GetProperty("id").GetGuid()).ShouldBe([laptop.Session, phone.Session]);
        items.Select(item => item.GetProperty("current").GetBoolean()).ShouldBe([true, false]);
        items[1].GetProperty("label").GetString().ShouldBe("Mara's 📱");
        items[0].EnumerateObject().Select(member => member.Name).ShouldBe(["id", "created_at", "last_used_at", "expires_at", "current"]);
        items[0].GetProperty("expires_at").GetDateTimeOffset().ShouldBe(DateTimeOffset.UtcNow.AddDays(30), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_person_ends_one_session_or_all_others_and_nobody_elses()
    {
        ApiHost api = await shared.Host();
        SignedIn one = await api.NewSignedIn();
        SignedIn lost = await api.SignedInAgain(one);
        SignedIn old = await api.SignedInAgain(one);
        SignedIn other = await api.NewSignedIn();

        (await one.Client.Send("DELETE", $"/me/sessions/{lost.Session}")).Status.ShouldBe(204);
        (await one.Client.Send("DELETE", $"/me/sessions/{lost.Session}")).Status.ShouldBe(204);
        (await one.Client.Send("DELETE", $"/me/sessions/{other.Session}")).Status.ShouldBe(204);
        (await one.Client.Send("DELETE", $"/me/sessions/{Guid.NewGuid()}")).Status.ShouldBe(204);
        (await one.Client.Send("DELETE", "/me/sessions/lost")).Problem.ShouldBe("malformed-request");

        (await lost.Client.Send("GET", "/me")).Problem.ShouldBe("unauthenticated");
        (await api.Anonymous.Refresh(lost.Refresh)).Problem.ShouldBe("refresh-token-invalid");
        (await old.Client.Send("GET", "/me")).Status.ShouldBe(200);
        (await one.Client.Send("DELETE", "/me/sessions")).Status.ShouldBe(204);
        (await old.Client.Send("GET", "/me")).Problem.ShouldBe("unauthenticated");
        (await one.Client.Send("GET", "/me")).Status.ShouldBe(200);
        (await other.Client.Send("GET", "/me")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Beyond_a_hundred_sessions_the_longest_unused_ends()
    {
        ApiHost api = await shared.Host();
        SignedIn first = await api.NewSignedIn();
        SignedIn second = await api.SignedInAgain(first);
        (await api.Anonymous.Refresh(first.Refresh)).Status.ShouldBe(200); // now the second is the longest unused
        for (int i = 0; i < 99; i++)
        {
            await api.Token(first.Handle);
        }

        (await api.Database.Scalar<long>($"select count(*) from sessions where user_id = '{first.User}'")).ShouldBe(100);
        (await first.Client.Send("GET", "/me")).Status.ShouldBe(200);
        (await second.Client.Send("GET", "/me")).Problem.ShouldBe("unauthenticated");
    }

    [Fact]
    public async Task Who_is_suspended_signs_in_refreshes_reads_why_and_signs_out()
    {
        ApiHost api = await shared.Host();
        SignedIn one = await api.NewSignedIn();
        await api.Suspend(one.User);

        SignedIn again = await api.SignedInAgain(one);
        (await api.Anonymous.Refresh(one.Refresh)).Status.ShouldBe(200);
        (await again.Client.Send("GET", "/me")).String("status").ShouldBe("suspended");
        (await again.Client.Send("GET", $"/users/{one.User}/history")).Status.ShouldBe(200);
        (await again.Client.Send("GET", "/me/sessions")).Status.ShouldBe(200);
        (await again.Client.Send("DELETE", $"/me/sessions/{Guid.NewGuid()}")).Status.ShouldBe(204);
        (await again.Client.Send("DELETE", "/me/sessions")).Status.ShouldBe(204);
        Answer refused = await again.Client.Send("GET", $"/users/by-handle/{one.Handle}");
        refused.Status.ShouldBe(403);
        refused.Problem.ShouldBe("account-suspended");
        (await again.Client.Send("PUT", "/me/password", new { password = "another long password", current_password = SignIns.Password }))
            .Problem.ShouldBe("account-suspended");
        (await again.Client.Send("DELETE", "/sessions/current")).Status.ShouldBe(204);
    }

    [Fact]
    public async Task Who_is_banned_reads_why_and_nothing_else()
    {
        ApiHost api = await shared.Host();
        SignedIn one = await api.NewSignedIn();
        await api.Database.Execute($"update users set status = 'banned' where id = '{one.User}'");

        (await one.Client.Send("GET", "/me")).String("status").ShouldBe("banned");
        (await one.Client.Send("GET", $"/users/{one.User}/history")).Status.ShouldBe(200);
        Answer refused = await one.Client.Send("GET", $"/users/{one.User}");
        refused.Problem.ShouldBe("account-banned");
        refused.String("until").ShouldBeNull();
        (await api.Anonymous.SignIn(one.Handle)).Status.ShouldBe(201);
    }
}
