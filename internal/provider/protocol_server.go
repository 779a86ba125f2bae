package provider

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// newProtocolServer returns what Terraform talks to: the framework's server, with
// memory that does not grow with the number of keys.
func newProtocolServer(p provider.Provider) tfprotov6.ProviderServer {
	// What the framework offers beyond tfprotov6.ProviderServer has to be offered on.
	framework, ok := providerserver.NewProtocol6(p)().(frameworkServer)
	if !ok {
		panic("the framework's server does not know lists and actions")
	}
	return &protocolServer{framework}
}

type frameworkServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

// protocolServer hands the framework's server contexts that end with their RPC.
//
// The framework keeps a cancel function of every RPC until Terraform stops the
// provider, and with it the context and the loggers therein: some ten kilobytes
// each, and several a key. The RPCs that core sends for each key, or each instance
// of a data source, therefore go through oneCall.
type protocolServer struct {
	frameworkServer
}

func (s *protocolServer) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return oneCall(ctx, req, s.frameworkServer.ValidateResourceConfig)
}

func (s *protocolServer) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return oneCall(ctx, req, s.frameworkServer.UpgradeResourceState)
}

func (s *protocolServer) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return oneCall(ctx, req, s.frameworkServer.UpgradeResourceIdentity)
}

func (s *protocolServer) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return oneCall(ctx, req, s.frameworkServer.ImportResourceState)
}

func (s *protocolServer) MoveResourceState(ctx context.Context, req *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	return oneCall(ctx, req, s.frameworkServer.MoveResourceState)
}

func (s *protocolServer) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return oneCall(ctx, req, s.frameworkServer.ReadResource)
}

func (s *protocolServer) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return oneCall(ctx, req, s.frameworkServer.PlanResourceChange)
}

func (s *protocolServer) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return oneCall(ctx, req, s.frameworkServer.ApplyResourceChange)
}

func (s *protocolServer) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return oneCall(ctx, req, s.frameworkServer.ValidateDataResourceConfig)
}

func (s *protocolServer) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return oneCall(ctx, req, s.frameworkServer.ReadDataSource)
}

func (s *protocolServer) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return oneCall(ctx, req, s.frameworkServer.CallFunction)
}

// oneCall calls rpc with a context that, kept afterwards, keeps nothing else.
func oneCall[Request, Response any](ctx context.Context, req Request, rpc func(context.Context, Request) (Response, error)) (Response, error) {
	call := &callContext{}
	call.current.Store(&ctx)
	defer call.current.Store(&callEnded)
	return rpc(call, req)
}

// callContext is the context of an RPC while it runs, and a canceled one, without
// values, when it has ended.
type callContext struct {
	current atomic.Pointer[context.Context]
}

var _ context.Context = (*callContext)(nil)

func (c *callContext) Deadline() (time.Time, bool) { return (*c.current.Load()).Deadline() }
func (c *callContext) Done() <-chan struct{}       { return (*c.current.Load()).Done() }
func (c *callContext) Err() error                  { return (*c.current.Load()).Err() }
func (c *callContext) Value(key any) any           { return (*c.current.Load()).Value(key) }

var callEnded = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()
