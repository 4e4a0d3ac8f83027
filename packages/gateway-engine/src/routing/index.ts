export { chooseDeployment } from './choose-deployment.ts';
export { compileModels, type FindDeployments } from './find-deployments.ts';
